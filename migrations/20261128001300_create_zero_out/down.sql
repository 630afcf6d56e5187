DROP TABLE zero_out_rejection, zero_out_import;
