"""The pieces of which foundation/search.py keeps an index. In the first app, because the others' indexes need them."""

from django.db import migrations

_GRAMS = """
CREATE FUNCTION search_grams(chamber bigint, key text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
-- Every character that is not ASCII (a surname can be one), and every two and three neighbours, with the chamber in front.
DECLARE
  sign text[] := regexp_split_to_array(key, '');
  front text := chamber || ':';
  grams text[] := '{}';
BEGIN
  FOR i IN 1..cardinality(sign) LOOP
    IF sign[i] > '\u007f' COLLATE "C" THEN grams := grams || (front || sign[i]); END IF;
    IF i < cardinality(sign) THEN grams := grams || (front || sign[i] || sign[i+1]); END IF;
    IF i + 1 < cardinality(sign) THEN grams := grams || (front || sign[i] || sign[i+1] || sign[i+2]); END IF;
  END LOOP;
  RETURN grams;
END $$;

CREATE FUNCTION search_grams_of_term(chamber bigint, term text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
-- What every key with the term has: its groups of three, or the whole term where it is shorter.
SELECT array_agg(chamber || ':' || substr(term, i, 3)) FROM generate_series(1, greatest(length(term) - 2, 1)) i
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("chambers", "0002_what_chambers_set_for_themselves")]

    operations = [
        migrations.RunSQL(
            _GRAMS, "DROP FUNCTION search_grams_of_term(bigint, text); DROP FUNCTION search_grams(bigint, text)"
        )
    ]
