"""Training classifiers: MobileNetV2 with a new head."""
