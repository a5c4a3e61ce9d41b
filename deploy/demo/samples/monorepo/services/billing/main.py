import money

print("invoice:", money.format_cents(100))
