-- Reference data: config/ is copied into these tables at every start, so that other rows can refer to it.
CREATE TABLE region (
    code   text PRIMARY KEY,
    name   text NOT NULL,
    level  text NOT NULL CHECK (level IN ('province', 'city', 'district')),
    parent text REFERENCES region
);

-- Every pair of a region and a region within it or itself: whether someone sees a region is one look-up.
CREATE TABLE region_scope (
    scope  text NOT NULL REFERENCES region,
    region text NOT NULL REFERENCES region,
    PRIMARY KEY (scope, region)
);

CREATE TABLE product_class (
    code    text PRIMARY KEY,
    name_zh text NOT NULL,
    name_en text NOT NULL
);

CREATE TABLE product_kind (
    code        text PRIMARY KEY,
    class       text NOT NULL REFERENCES product_class,
    name_zh     text NOT NULL,
    name_en     text NOT NULL,
    supervision text NOT NULL CHECK (supervision IN ('strict', 'special', 'general'))
);

CREATE TABLE product_hospital (
    code    text PRIMARY KEY,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    region  text NOT NULL REFERENCES region
);

-- How searches fold each character, and how it is read: mirrored from src/core/search/characters.txt. What folds to itself and has no
-- reading is not in it.
CREATE TABLE search_character (
    ch       text COLLATE "C" PRIMARY KEY,
    folded   text NOT NULL,
    -- The different first letters of its readings, the most usual first.
    firsts   text NOT NULL,
    -- Its readings with slashes between.
    readings text NOT NULL
);

-- Which table of characters all rows are folded by.
CREATE TABLE search_table (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    sha256 bytea NOT NULL
);
