//! Zero-out lists to import.

use zerodesk::zero_out::import::Column;

/// Credit codes with a right checksum.
pub const A: &str = "9144030071526726XG";
pub const B: &str = "914403001922038216";

/// A good row, changed where said.
pub fn row(changes: &[(Column, &str)]) -> Vec<String> {
    let mut cells = [
        A,
        "甲公司",
        "在营",
        "440103",
        "某路 1 号",
        "张三",
        "13800138000",
        "a@example.com",
        "K0101",
        "R1",
        "2021-08-01",
        "省级",
        "甲;乙",
        "2021-08-03",
        "",
        "",
    ]
    .map(str::to_owned)
    .to_vec();
    for (column, value) in changes {
        cells[*column as usize] = (*value).to_owned();
    }
    cells
}

/// A file with the Chinese header.
pub fn file(rows: &[Vec<String>]) -> Vec<u8> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(Column::ALL.iter().map(|c| c.name_zh())).unwrap();
    rows.iter().for_each(|row| csv.write_record(row).unwrap());
    csv.into_inner().unwrap()
}

/// A credit code with a right checksum, another for each number (GB 32100-2015).
pub fn uscc(n: u32) -> String {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let body = format!("91440101MA5{n:06}");
    let value = |c: char| ALPHABET.find(c).unwrap();
    let sum: usize = body.chars().zip(weights()).map(|(c, w)| value(c) * w).sum();
    let check = ALPHABET.as_bytes()[(31 - sum % 31) % 31];
    format!("{body}{}", char::from(check))
}

/// 3 to the power of each place, modulo 31.
fn weights() -> impl Iterator<Item = usize> {
    std::iter::successors(Some(1), |w| Some(w * 3 % 31))
}
