def format_cents(cents):
    """1999 is written 19.99."""
    return f"{cents // 100}.{cents % 100:02d}"
