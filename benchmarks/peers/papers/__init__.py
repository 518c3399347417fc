"""The 署名登録証 by others: the same texts, places, fonts and pictures."""
