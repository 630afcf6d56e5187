DROP TABLE signal_import_row;
DROP TABLE signal_use;
DROP TABLE signal_event;
DROP TABLE signal;
DROP TABLE signal_import_rejection;
DROP TABLE signal_import;
DROP TABLE signal_feed;
