import collections
import re


def count(text, top):
    """The most frequent words of a text with their number, the most frequent first."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return sorted(collections.Counter(words).items(), key=lambda item: (-item[1], item[0]))[:top]
