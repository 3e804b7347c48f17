"""Training segmenters: DeepLabV3+ on MobileNetV2, and SegFormer."""
