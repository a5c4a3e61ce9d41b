import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from wordfreq.count import count  # noqa: E402


class CountTest(unittest.TestCase):
    def test_sorts_by_number_then_by_word(self):
        self.assertEqual(count("b a b c a b", 2), [("b", 3), ("a", 2)])
        self.assertEqual(count("y x", 2), [("x", 1), ("y", 1)])

    def test_ignores_case_and_signs(self):
        self.assertEqual(count("Été, été! 42", 5), [("été", 2)])

    def test_of_nothing(self):
        self.assertEqual(count("", 5), [])


if __name__ == "__main__":
    unittest.main()
