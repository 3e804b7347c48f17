"""Fine-tuning captioners: BLIP, Florence-2 and PaliGemma, whole or by low-rank adapters."""
