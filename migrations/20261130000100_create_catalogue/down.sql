DROP TABLE search_table, search_character, product_hospital, product_kind, product_class, region_scope, region;
