"""Experiments that take longer than a notebook may: one file each, their raw results in git."""
