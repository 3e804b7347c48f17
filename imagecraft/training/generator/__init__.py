"""Experimental: a second of sound straight from a picture, as the second ImageCraft did it."""
