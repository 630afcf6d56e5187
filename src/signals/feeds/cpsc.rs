//! Recalls of the US Consumer Product Safety Commission, as its service gives them: a JSON list. Pure.
//!
//! `Hazards[].HazardType` is always empty, the hazard stands in `Name`. The maker's name has its town in it. How many units there are is prose. A
//! field of another type than it should have leaves its cell empty, so that its row is refused and the others go on.

use super::record::{MOST_RECORDS, Record, written};
use crate::core::Text;
use crate::list_files::refusal::Refusal;
use crate::signals::list::recalls::RecallColumn as C;
use serde::de::{DeserializeSeed, Error as _, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// Items of one list of a recall that are looked at.
const MOST_ITEMS: usize = 200;

/// The recalls as a table.
///
/// # Errors
/// What is no JSON list; too many recalls; none.
pub fn table(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut records = Vec::new();
    let mut json = serde_json::Deserializer::from_slice(bytes);
    // One recall after the other, so that the whole list is never held as values.
    let read = Recalls(&mut records).deserialize(&mut json).and_then(|()| json.end());
    if records.len() > MOST_RECORDS {
        return Err(Refusal::TooManyRows { limit: u64::try_from(MOST_RECORDS).unwrap_or(u64::MAX) });
    }
    read.map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Refusal::NotATable(Text::new(
            format!("不是完整的 JSON 列表（第 {line} 行第 {column} 列）"),
            format!("this is no whole JSON list (line {line}, column {column})"),
        ))
    })?;
    written(&records)
}

struct Recalls<'r>(&'r mut Vec<Record>);

impl<'de> DeserializeSeed<'de> for Recalls<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Recalls<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of recalls")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(recall) = list.next_element::<Value>()? {
            self.0.push(record(&recall));
            if self.0.len() > MOST_RECORDS {
                return Err(A::Error::custom("too many recalls"));
            }
        }
        Ok(())
    }
}

/// A text or a number of a field.
fn text(of: &Value, key: &str) -> String {
    match of.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// A field of the items of a list.
fn each(of: &Value, list: &str, key: &str) -> Vec<String> {
    let items = of.get(list).and_then(Value::as_array);
    let items = items.into_iter().flatten().take(MOST_ITEMS).map(|item| text(item, key));
    let mut all: Vec<String> = items.filter(|text| !text.trim().is_empty()).collect();
    all.dedup();
    all
}

fn record(recall: &Value) -> Record {
    let mut record = Record::default();
    let number = text(recall, "RecallNumber");
    record.add(C::Number, &if number.trim().is_empty() { text(recall, "RecallID") } else { number });
    // 2026-05-07T00:00:00: the day alone, as the time has no zone.
    let date = text(recall, "RecallDate");
    record.add(C::PublishedOn, date.split('T').next().unwrap_or_default());
    let products = each(recall, "Products", "Name");
    let several = |record: &mut Record, column: C, values: &[String]| {
        for value in values {
            record.add(column, value);
        }
    };
    several(&mut record, C::Product, &products);
    several(&mut record, C::Category, &each(recall, "Products", "Type"));
    several(&mut record, C::Model, &each(recall, "Products", "Model"));
    several(&mut record, C::Units, &each(recall, "Products", "NumberOfUnits"));
    several(&mut record, C::Barcode, &each(recall, "ProductUPCs", "UPC"));
    // The first maker alone: several joined would be the name of none.
    several(&mut record, C::Maker, each(recall, "Manufacturers", "Name").get(..1).unwrap_or_default());
    several(&mut record, C::Origin, &each(recall, "ManufacturerCountries", "Country"));
    several(&mut record, C::Hazard, &each(recall, "Hazards", "Name"));
    record.add(C::Danger, &text(recall, "Title"));
    record.add(C::Danger, &text(recall, "Description"));
    several(&mut record, C::Danger, &each(recall, "Injuries", "Name"));
    several(&mut record, C::Measures, &each(recall, "Remedies", "Name"));
    record.add(C::Url, &text(recall, "URL"));
    record.add(C::Authority, "US CPSC");
    record
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hazard_is_its_name_and_broken_fields_are_empty() {
        let good = serde_json::json!({
            "RecallID": 10001, "RecallNumber": "26001", "RecallDate": "2026-05-07T00:00:00", "Title": "t", "Description": "d",
            "Products": [{ "Name": "Kettle", "NumberOfUnits": "About 5,000" }], "Hazards": [{ "Name": "Fire", "HazardType": "" }],
            "Manufacturers": [{ "Name": "Acme Co., of Foshan, China" }],
        });
        let record = record(&good);
        assert!(record.has(C::Hazard) && record.has(C::Units) && record.has(C::Maker));
        let broken =
            super::record(&serde_json::json!({ "RecallID": [], "Products": "Kettle", "RecallDate": 7 }));
        assert!(!broken.has(C::Number) && !broken.has(C::Product));
        for odd in ["null", "3", "\"x\"", "[]"] {
            let record = super::record(&serde_json::from_str(odd).unwrap());
            assert!(!record.has(C::Number), "{odd}");
        }
    }

    #[test]
    fn what_is_no_list_is_refused() {
        let deep = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
        for json in ["", "{}", "[", "[{}", "[] x", "null", deep.as_str(), "[]"] {
            assert!(table(json.as_bytes()).is_err(), "{json:.20}");
        }
        assert!(table(b"[{\"RecallID\":1}]").is_ok());
    }
}
