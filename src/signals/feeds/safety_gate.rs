//! The weekly report of the EU's Safety Gate. Pure.
//!
//! Its list form names the reports (`<weeklyReport><URL>`): it holds no alerts and is refused with the addresses. Its detail form is `<Safety-Gate>`
//! with `report_date` and, for each alert, a `notifications` element (or a `notification` within one) with `caseNumber`, `reference`, `category`,
//! `product`, `brand`, `name` and so on. Days are written dd/mm/yyyy. An addendum repeats a case number, so it is an update. Categories are in the
//! language of the report and kept as they are.

use super::record::{MOST_RECORDS, Record, written};
use super::xml::{Fault, Xml, XmlEvent, decoded};
use crate::core::Text;
use crate::list_files::refusal::Refusal;
use crate::signals::barcode::among_words;
use crate::signals::list::recalls::RecallColumn as C;

/// Addresses of the list form that a refusal names.
const NAMED: usize = 3;

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Damaged => Self::NotATable(Text::new(
                "XML 不完整或有误，请重新下载",
                "the XML is broken or cut off; download it again",
            )),
            Fault::DocType => Self::NotATable(Text::new(
                "XML 含有文档类型声明（DOCTYPE），为安全起见不予读取",
                "the XML has a document type (DOCTYPE), which is not read for safety",
            )),
            Fault::Deep => {
                Self::NotATable(Text::new("XML 嵌套过深", "the elements of the XML stand too deep"))
            }
        }
    }
}

/// The number of a report at the end of its address: up to 540 for those of the old system, from 10000001 on for those of the present one.
#[must_use]
pub fn report_id(url: &str) -> Option<u64> {
    let digits = url.split(|c: char| !c.is_ascii_digit()).rfind(|part| !part.is_empty())?;
    digits.parse().ok().filter(|id| (1..=540).contains(id) || *id >= 10_000_001)
}

/// A day as the report writes it, in the form that all lists take; else as it is, to be refused with its row.
fn iso(day: &str) -> String {
    let parts: Vec<&str> = day.trim().split(['/', '.']).collect();
    match parts.as_slice() {
        [day, month, year] if year.len() == 4 && day.len() <= 2 && month.len() <= 2 => {
            format!("{year}-{month:0>2}-{day:0>2}")
        }
        _ => day.trim().to_owned(),
    }
}

/// The column of an element; none of what is not kept, such as photos.
fn column(element: &str) -> Option<C> {
    Some(match element {
        "casenumber" | "alertnumber" | "alert_number" => C::Number,
        "category" | "productcategory" => C::Category,
        "product" | "productdescription" => C::Product,
        "brand" => C::Brand,
        "type_numberofmodel" | "typenumberofmodel" | "model" => C::Model,
        "batchnumber" | "batch_number" => C::Batch,
        "barcode" => C::Barcode,
        "risktype" | "risk_type" | "risktypes" => C::Hazard,
        "danger" | "risk" | "description" | "technicaldefect" | "risklegalprovision" | "level" => C::Danger,
        "measures" | "measure" | "compulsorymeasures" | "voluntarymeasures" => C::Measures,
        "notifyingcountry" | "notifying_country" | "alertsubmittedby" => C::Authority,
        "countryoforigin" | "country_of_origin" => C::Origin,
        "manufacturer" | "producer" => C::Maker,
        "url" | "link" | "reference" => C::Url,
        "date" | "publicationdate" | "notificationdate" => C::PublishedOn,
        _ => return None,
    })
}

/// What stands where nothing is known.
const NOTHING: [&str; 10] = [
    "unknown",
    "not known",
    "no brand",
    "unbranded",
    "none",
    "n/a",
    "not specified",
    "unspecified",
    "not available",
    "-",
];

/// Whether a cell says that nothing is known.
fn says_nothing(text: &str) -> bool {
    let text = text.trim().trim_end_matches('.').to_lowercase();
    NOTHING.contains(&text.as_str())
}

/// Adds an element to its alert.
fn add(record: &mut Record, element: &str, text: &str) {
    if says_nothing(text) {
        return;
    }
    // Reports of the old system have both in one.
    if element == "batchnumber_barcode" {
        record.add(C::Batch, text);
        record.add(C::Barcode, &among_words(text).unwrap_or_default());
        return;
    }
    let Some(column) = column(element) else { return };
    let text = if column == C::PublishedOn { iso(text) } else { text.to_owned() };
    let is_address = text.trim_start().starts_with("http");
    if column != C::Url || (is_address && !record.has(C::Url)) {
        record.add(column, &text);
    }
}

/// The report as a table.
///
/// # Errors
/// Broken XML, a document type, the list form, another root, no alerts.
pub fn table(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let text = decoded(bytes)?;
    let mut xml = Xml::new(text.trim_start_matches('\u{feff}'));
    let (mut records, mut open, mut date): (Vec<Record>, Option<Record>, String) = Default::default();
    let (mut root, mut addresses, mut name) = (String::new(), Vec::new(), None::<String>);
    loop {
        match xml.next()? {
            XmlEvent::Open(element, _) => {
                if root.is_empty() {
                    root.clone_from(&element);
                }
                if is_alert(&element) {
                    // `notification` within `notifications` is the alert; the outer one is empty so far.
                    open = Some(Record::default());
                    name = None;
                }
            }
            XmlEvent::Close(element, _) if is_alert(&element) => {
                if let Some(mut record) = open.take().filter(|record| *record != Record::default()) {
                    if records.len() >= MOST_RECORDS {
                        return Err(Refusal::TooManyRows {
                            limit: u64::try_from(MOST_RECORDS).unwrap_or(u64::MAX),
                        });
                    }
                    if let Some(name) = name.take() {
                        // What it is called in shops stands beside what it is.
                        if record.has(C::Product) {
                            record.add(C::Model, &name)
                        } else {
                            record.add(C::Product, &name)
                        }
                    }
                    records.push(record);
                }
            }
            XmlEvent::Close(element, text) => match (&mut open, element.as_str()) {
                (Some(_), "name") if !text.trim().is_empty() && !says_nothing(&text) => name = Some(text),
                (Some(record), element) => add(record, element, &text),
                (None, "report_date" | "reportdate") => date = iso(&text),
                (None, "url") => addresses.push(text.trim().to_owned()),
                _ => {}
            },
            XmlEvent::End => break,
        }
    }
    if records.is_empty() && (root.starts_with("weeklyreport") || !addresses.is_empty()) {
        return Err(list_form(&addresses));
    }
    if root != "safety-gate" && records.is_empty() {
        return Err(Refusal::not_a_table(
            "不是 Safety Gate 周报（根元素应为 Safety-Gate）",
            "this is no report of Safety Gate, whose root is `Safety-Gate`",
        ));
    }
    for record in &mut records {
        if !record.has(C::PublishedOn) {
            record.add(C::PublishedOn, &date);
        }
    }
    written(&records)
}

fn is_alert(element: &str) -> bool {
    matches!(element, "notifications" | "notification")
}

/// The list form: it names reports and has no alerts.
fn list_form(addresses: &[String]) -> Refusal {
    let mut reports: Vec<(u64, &String)> =
        addresses.iter().filter_map(|url| report_id(url).map(|id| (id, url))).collect();
    reports.sort();
    let last: Vec<String> = reports
        .iter()
        .rev()
        .take(NAMED)
        .map(|(_, url)| url.chars().filter(|c| !c.is_control()).take(200).collect())
        .collect();
    let (count, last) = (addresses.len(), last.join(" "));
    Refusal::NotATable(Text::new(
        format!("这是周报目录（共 {count} 期），不含通报。请下载各期周报后分别导入，最近几期：{last}"),
        format!(
            "this is the list of {count} reports and has no alerts. Download the reports and import each; the last ones: {last}"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(xml: &str) -> Vec<String> {
        let table = String::from_utf8(table(xml.as_bytes()).unwrap()).unwrap();
        table.lines().map(str::to_owned).collect()
    }

    #[test]
    fn both_forms_of_an_alert_are_read() {
        for xml in [
            "<Safety-Gate><report_date>06/11/2026</report_date><notifications><caseNumber>A12/1/26</caseNumber><product>Toy</product></notifications></Safety-Gate>",
            "<Safety-Gate><report_date>06/11/2026</report_date><notifications><notification><caseNumber>A12/1/26</caseNumber><product>Toy</product></notification></notifications></Safety-Gate>",
        ] {
            let lines = lines(xml);
            assert_eq!(lines.len(), 2, "{lines:?}");
            assert!(lines[1].starts_with("\"A12/1/26\",\"2026-11-06\",\"Toy\""), "{lines:?}");
        }
    }

    #[test]
    fn what_says_nothing_is_left_out_and_old_reports_have_batch_and_barcode_in_one() {
        let alert = "<caseNumber>A12/1/26</caseNumber><product>Toy</product><brand>Unknown</brand><name>Unknown</name>\
            <type_numberOfModel>unknown</type_numberOfModel><batchNumber_barcode>Batch 7, 4006381333931</batchNumber_barcode>\
            <danger>&lt;p&gt;Small parts&lt;/p&gt;</danger>";
        let xml = format!("<Safety-Gate><notifications>{alert}</notifications></Safety-Gate>");
        let lines = lines(&xml).join("\n");
        assert!(!lines.to_lowercase().contains("unknown") && !lines.contains("<p>"), "{lines}");
        assert!(lines.contains("\"4006381333931\"") && lines.contains("\"Small parts\""), "{lines}");
    }

    #[test]
    fn what_is_no_report_is_refused() {
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><Safety-Gate>&b;</Safety-Gate>";
        let list = "<weeklyReports><weeklyReport><URL>https://x/weeklyReport/10000012</URL></weeklyReport></weeklyReports>";
        let deep = format!("{}{}", "<a>".repeat(100), "</a>".repeat(100));
        for xml in [bomb, list, &deep, "<Safety-Gate><notifications>", "<a/>", "", "{}"] {
            assert!(table(xml.as_bytes()).is_err(), "{xml}");
        }
        assert!(table(list.as_bytes()).unwrap_err().text().zh.contains("10000012"));
    }

    #[test]
    fn numbers_of_reports_are_in_two_ranges() {
        let ids = ["x/1", "x/540", "x/541", "x/10000000", "x/10000001", "x", "x/0"].map(report_id);
        assert_eq!(ids, [Some(1), Some(540), None, None, Some(10_000_001), None, None]);
    }
}
