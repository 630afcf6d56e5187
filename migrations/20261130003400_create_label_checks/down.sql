DROP TABLE quick_test, quick_calibration, quick_device, label_photo, label_answer, label_check;
