DROP TABLE attachment_upload_part, attachment_upload, attachment;
