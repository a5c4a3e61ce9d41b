import money

print("order total:", money.format_cents(4250))
