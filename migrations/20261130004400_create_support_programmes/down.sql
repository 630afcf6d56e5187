DROP TABLE support_evaluation;
DROP TABLE support_baseline;
DROP TABLE support_amount;
DROP TABLE support_measure;
DROP TABLE support_kind;
DROP TABLE support_region;
DROP TABLE support_programme;
