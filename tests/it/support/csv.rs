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

/// A credit code with both check characters right, another for each number below 923,521 (GB 32100-2015, GB 11714).
pub fn uscc(n: u32) -> String {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let digit = |place: u32| char::from(ALPHABET.as_bytes()[(n / 31u32.pow(place) % 31) as usize]);
    let organisation = format!("MA5{}{}{}{}{}", digit(4), digit(3), digit(2), digit(1), digit(0));
    let own: u32 =
        organisation.chars().zip([3, 7, 9, 10, 5, 8, 4, 2]).map(|(c, w)| c.to_digit(36).unwrap() * w).sum();
    let own = ["0", "X", "9", "8", "7", "6", "5", "4", "3", "2", "1"][(own % 11) as usize];
    let body = format!("91440101{organisation}{own}");
    let value = |c: char| ALPHABET.find(c).unwrap();
    let sum: usize = body.chars().zip(weights()).map(|(c, w)| value(c) * w).sum();
    let check = ALPHABET.as_bytes()[(31 - sum % 31) % 31];
    format!("{body}{}", char::from(check))
}

/// 3 to the power of each place, modulo 31.
fn weights() -> impl Iterator<Item = usize> {
    std::iter::successors(Some(1), |w| Some(w * 3 % 31))
}
