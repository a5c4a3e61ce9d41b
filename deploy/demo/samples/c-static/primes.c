#include <stdio.h>
#include <stdlib.h>

static int is_prime(long number) {
  for (long divisor = 2; divisor * divisor <= number; divisor++) {
    if (number % divisor == 0) return 0;
  }
  return number > 1;
}

/* Prints the primes up to its argument. */
int main(int count, char **arguments) {
  char *end = NULL;
  long limit = count == 2 ? strtol(arguments[1], &end, 10) : -1;
  if (limit < 0 || *end != '\0') {
    fprintf(stderr, "usage: primes LIMIT\n");
    return 64;
  }
  printf("primes %s up to %ld:", REVISION, limit);
  for (long number = 2; number <= limit; number++) {
    if (is_prime(number)) printf(" %ld", number);
  }
  printf("\n");
  return 0;
}
