"""What runs beside an untrusted answer: NumPy and the standard library only, no question, no reference."""
