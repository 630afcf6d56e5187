DROP TABLE attachment_upload_part;
DROP TABLE attachment_upload;
