//! The frame of a draw: the operators from which is drawn, in one canonical text. Pure.
//!
//! The text that is published names nobody, since nobody may be told of a sampling beforehand (SAMR Order No. 18, art. 14): the id of a row is
//! made of the operator with a salt of the programme, which is published once the programme is closed.

use crate::catalogue::SupervisionClass;
use crate::core::secret::sha256;
use crate::programmes::draw::algorithm::Weighted;
use crate::programmes::settings::RegimeTable;
use crate::programmes::state::{OperatorGrade, OperatorRole};
use std::fmt::Write as _;

/// The most rows of a frame.
pub const MOST_ROWS: usize = 200_000;

/// The first line of the text.
const HEADER: &str = "id,regime,grade,index,weight";
/// The first line of the text that says who the rows are.
const IDENTITIES: &str = "id,role,product_kind,uscc,name";

/// An operator of a kind, in a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// The enterprise, where it is in the register.
    pub enterprise: Option<uuid::Uuid>,
    /// Its unified social credit code; empty where it is not known.
    pub uscc: String,
    /// Its name.
    pub name: String,
    /// Code of its region.
    pub region: String,
    /// The role in which the operator is sampled.
    pub role: OperatorRole,
    /// Code of the product kind.
    pub product_kind: String,
    /// The regime of the kind on that day.
    pub regime: SupervisionClass,
    /// Its credit grade on that day; none where it has none that draws may use.
    pub grade: Option<OperatorGrade>,
    /// The index of risk of the kind in its region, in hundredths; 0 where it is not known.
    pub index: i32,
}

impl Operator {
    /// The id of its row: the first 32 hexadecimal digits of SHA-256(salt, role, line feed, kind, line feed, code, or the name where there is none).
    pub fn row_id(&self, salt: &[u8]) -> String {
        let code = if self.uscc.is_empty() { &self.name } else { &self.uscc };
        let mut bytes = salt.to_vec();
        bytes.extend_from_slice(format!("{}\n{}\n{code}", self.role, self.product_kind).as_bytes());
        let mut id = hex(&sha256(&bytes));
        id.truncate(32);
        id
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a text does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// 32 bytes of their 64 hexadecimal digits.
pub fn seed_of(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut seed = [0; 32];
    for (at, byte) in seed.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(seed)
}

/// A row of a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameRow {
    /// Its id.
    pub id: String,
    /// Its weight.
    pub weight: u64,
    /// The operator of the row.
    pub operator: Operator,
}

/// A frame: its rows in the order of their ids, and its texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The rows.
    pub rows: Vec<FrameRow>,
    /// The canonical text, which is published.
    pub content: String,
    /// Who the rows are.
    pub identities: String,
    /// SHA-256 of the canonical text.
    pub sha256: Vec<u8>,
}

impl Frame {
    /// The frame of some operators. One that is named twice, in the same role for the same kind, is in it once.
    pub fn of(operators: Vec<Operator>, salt: &[u8], weights: &RegimeTable) -> Self {
        let row = |operator: Operator| {
            let regime = u64::from(weights.of(operator.regime).weight);
            let grade = u64::from(weights.grades.of(operator.grade));
            let index = u64::from(weights.index_weight(operator.index));
            let weight = regime * grade * index / 1_000_000;
            FrameRow { id: operator.row_id(salt), weight: weight.max(1), operator }
        };
        let mut rows: Vec<FrameRow> = operators.into_iter().map(row).collect();
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        rows.dedup_by(|a, b| a.id == b.id);
        let (mut content, mut identities) = (format!("{HEADER}\n"), format!("{IDENTITIES}\n"));
        for FrameRow { id, weight, operator } in &rows {
            let Operator { uscc, name, role, product_kind, regime, grade, index, .. } = operator;
            let (grade, index) = (weights.grades.of(*grade), weights.index_weight(*index));
            // Writing into a text does not fail.
            let _ = writeln!(content, "{id},{},{grade},{index},{weight}", weights.of(*regime).weight);
            let _ = writeln!(identities, "{id},{role},{product_kind},{uscc},{}", quoted(name));
        }
        let sha256 = sha256(content.as_bytes());
        Self { rows, content, identities, sha256 }
    }

    /// The rows as the draw takes them.
    pub fn weighted(&self) -> Vec<Weighted<'_>> {
        self.rows.iter().map(|row| Weighted { id: &row.id, weight: row.weight }).collect()
    }
}

/// A text as a field of CSV.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programmes::settings::ProgrammeSettings;

    fn operator(uscc: &str, regime: SupervisionClass) -> Operator {
        Operator {
            enterprise: None,
            uscc: uscc.to_owned(),
            name: format!("公司 \"{uscc}\""),
            region: "440100".to_owned(),
            role: OperatorRole::Producer,
            product_kind: "K0101".to_owned(),
            regime,
            grade: None,
            index: 0,
        }
    }

    fn frame(operators: Vec<Operator>, salt: &[u8]) -> Frame {
        Frame::of(operators, salt, &ProgrammeSettings::default().regimes[0])
    }

    #[test]
    fn the_text_is_the_same_whatever_the_order() {
        let (a, b) = (operator("A", SupervisionClass::Strict), operator("B", SupervisionClass::General));
        let one = frame(vec![a.clone(), b.clone(), a.clone()], b"salt");
        assert_eq!(one, frame(vec![b, a], b"salt"));
        assert_eq!(one.rows.len(), 2);
        assert!(one.rows.is_sorted_by_key(|row| &row.id));
        assert_eq!(one.content.lines().count(), 3);
        assert_eq!(one.sha256, sha256(one.content.as_bytes()));
        let mut weights: Vec<u64> = one.weighted().iter().map(|row| row.weight).collect();
        weights.sort_unstable();
        assert_eq!(weights, [1000, 3000]);
    }

    #[test]
    fn the_published_text_names_nobody() {
        let found = frame(vec![operator("91440101MA5CALLED", SupervisionClass::Special)], b"salt");
        assert!(!found.content.contains("CALLED") && !found.content.contains("公司"), "{}", found.content);
        assert!(found.identities.contains("CALLED"));
        assert_ne!(
            found.content,
            frame(vec![operator("91440101MA5CALLED", SupervisionClass::Special)], b"other").content
        );
        assert!(found.content.ends_with(",1500,1000,1000,1500\n"), "{}", found.content);
    }

    #[test]
    fn the_frame_keeps_the_weight_of_each_grade() {
        let graded = |uscc: &str, grade| Operator { grade, ..operator(uscc, SupervisionClass::Special) };
        let grades = [None, Some(OperatorGrade::A), Some(OperatorGrade::B), Some(OperatorGrade::D)];
        let operators = ["A", "B", "C", "D"].iter().zip(grades).map(|(uscc, grade)| graded(uscc, grade));
        let found = frame(operators.collect(), b"salt");
        let mut weights: Vec<(String, u64)> =
            found.rows.iter().map(|row| (row.operator.uscc.clone(), row.weight)).collect();
        weights.sort_unstable();
        let wanted = [("A", 1500), ("B", 1500), ("C", 1800), ("D", 4500)];
        assert_eq!(weights, wanted.map(|(uscc, weight)| (uscc.to_owned(), weight)));
        assert!(found.content.contains(",1500,3000,1000,4500\n"), "{}", found.content);
    }

    #[test]
    fn the_index_of_risk_weighs_in_proportion() {
        let table = &ProgrammeSettings::default().regimes[0];
        for (index, weight) in
            [(0, 1000), (2_703, 1270), (5_000, 1500), (10_000, 2000), (-1, 1000), (20_000, 2000)]
        {
            assert_eq!(table.index_weight(index), weight, "{index}");
        }
        let operators = [("A", 0), ("B", 5_000)]
            .map(|(uscc, index)| Operator { index, ..operator(uscc, SupervisionClass::Strict) });
        let found = frame(operators.into(), b"salt");
        let mut weights: Vec<u64> = found.weighted().iter().map(|row| row.weight).collect();
        weights.sort_unstable();
        assert_eq!(weights, [3000, 4500]);
        assert!(found.content.contains(",3000,1000,1500,4500\n"), "{}", found.content);
    }

    #[test]
    fn a_seed_is_64_hexadecimal_digits() {
        let seed = [0xab; 32];
        assert_eq!(seed_of(&hex(&seed)), Some(seed));
        assert_eq!(seed_of(&hex(&seed).to_uppercase()), Some(seed));
        for wrong in ["", "ab", &"g".repeat(64), &"ab".repeat(33), &"é".repeat(32)] {
            assert_eq!(seed_of(wrong), None, "{wrong}");
        }
    }
}
