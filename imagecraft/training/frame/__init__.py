"""What every training run shares: settings, the run's folder, logs, plots, the loop, the model card."""
