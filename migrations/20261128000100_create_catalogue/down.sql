DROP TABLE product_hospital, product_kind, product_class, region_scope, region;
