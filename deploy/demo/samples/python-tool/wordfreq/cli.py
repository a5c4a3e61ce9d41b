import argparse
import sys

from wordfreq.count import count


def main():
    parser = argparse.ArgumentParser(prog="wordfreq", description="Counts the words of its input.")
    parser.add_argument("--top", type=int, default=10, help="number of words to print")
    for word, number in count(sys.stdin.read(), parser.parse_args().top):
        print(f"{number} {word}")
