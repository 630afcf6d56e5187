#![no_main]
#![allow(missing_docs, reason = "a program for libFuzzer; the target is documented where it is written")]

libfuzzer_sys::fuzz_target!(|data: &[u8]| zerodesk_fuzz::run("multipart", data));
