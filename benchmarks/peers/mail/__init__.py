"""The same mail with a code, sent by a task each, as Django projects usually do."""
