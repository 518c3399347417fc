"""What every app stands on: errors, forms, text, search, paging, prepared queries, the environment. No rules of the field."""
