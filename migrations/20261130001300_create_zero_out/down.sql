DROP TABLE zero_out_withdrawal, zero_out_listed, zero_out_row, zero_out_rejection, zero_out_import;
