//! A digest of complaints (12315): how many by kind, region, matter and month. Never who complained (SAMR Order No. 20, art. 33): a file that has
//! columns or cells of persons is refused as a whole. Pure.

use super::columns::columns;
use super::{Rules, refused};
use crate::core::Text;
use crate::core::cells::{compact, narrow};
use crate::list_files::cells::Cells;
use crate::list_files::fault::CellFault;
use crate::list_files::header::Header;
use crate::list_files::reader::line::Line;
use crate::list_files::refusal::Refusal;
use crate::list_files::rejection_code::RejectionCode;
use crate::signals::new_signal::NewSignal;
use crate::signals::recognise::places::region_in;
use crate::signals::source::{Reliability, SignalSource};
use crate::signals::store::Named;
use crate::signals::strip::{is_personal, is_personal_heading, strip};
use chrono::{Datelike, Months, NaiveDate};

columns! {
    /// A column of a digest of complaints.
    ComplaintColumn by Kind, report &[Self::Month, Self::Count, Self::Item], signs &[];
    Month "month" "月份" Text true ["统计月份", "月度", "年月"] ("如 2026-05，不晚于本月", "such as 2026-05, not after this month") ("2026-05", "2026-05");
    Region "region" "地区" Text true ["行政区划", "行政区划代码", "所属地区", "区县"] ("六位代码或名称，须在本人辖区内", "the six digits or the name, within your region") ("440100", "440100");
    Kind "product_kind" "产品种类" Text true ["产品", "商品类别", "产品类别", "产品名称"] ("目录中的代码或名称", "a code or name of the catalogue") ("电线电缆", "K2301");
    Item "item" "投诉事项" Text false ["问题类型", "投诉问题", "事项", "投诉类型", "诉求内容"] ("投诉的问题，不得含个人信息", "what is complained of, without persons") ("质量问题", "quality");
    Count "count" "件数" Number true ["数量", "投诉量", "投诉件数", "登记件数", "总数"] ("整数", "a whole number") ("12", "12");
}

/// What is wrong with a cell.
type Fault = CellFault<ComplaintColumn>;
/// Most complaints of a row.
const MOST: i64 = 10_000_000;

/// Refuses a file with columns of persons.
///
/// # Errors
/// Names the column.
pub fn refuse_headings(headings: &[String]) -> Result<(), Refusal> {
    match headings.iter().find(|heading| is_personal_heading(heading)) {
        Some(heading) => {
            let heading: String = heading.chars().take(50).collect();
            Err(Refusal::PersonalData(Text::new(format!("“{heading}”列"), format!("the column `{heading}`"))))
        }
        None => Ok(()),
    }
}

/// Refuses a file with a cell of a person, whatever its column. What stands there is not repeated.
///
/// # Errors
/// Names the row.
pub fn refuse_cells(line: &Line) -> Result<(), Refusal> {
    if line.cells.iter().any(|cell| is_personal(cell)) {
        let row = line.row;
        return Err(Refusal::PersonalData(Text::new(
            format!("第 {row} 行有电话、证件号码或邮箱"),
            format!("row {row} has a telephone number, an identity number or a mail address"),
        )));
    }
    Ok(())
}

/// The first day of a month as `2026-05`, `2026/5`, `2026年5月` or `202605`.
#[must_use]
pub fn month(text: &str) -> Option<NaiveDate> {
    let text: String = compact(text).chars().map(narrow).collect();
    let text = text.trim_end_matches('月').replace(['年', '/', '.'], "-");
    let (year, month) = match text.split_once('-') {
        Some((year, month)) => (year.to_owned(), month.split('-').next().unwrap_or_default().to_owned()),
        None if text.len() == 6 => (text.get(..4)?.to_owned(), text.get(4..)?.to_owned()),
        None => return None,
    };
    if year.len() != 4 || month.is_empty() || month.len() > 2 {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1)
}

/// Reads a row to a signal.
///
/// # Errors
/// All that is wrong with it; or that it is no record at all.
pub fn read(
    header: &Header<ComplaintColumn>,
    line: &Line,
    rules: Rules<'_>,
) -> Result<NewSignal, Vec<Fault>> {
    let mut cells = Cells::of(header, line, rules.today);
    match signal(&mut cells, rules) {
        Some(signal) if cells.faults.is_empty() => Ok(signal),
        _ => Err(refused(cells)),
    }
}

fn signal(cells: &mut Cells<'_, ComplaintColumn>, rules: Rules<'_>) -> Option<NewSignal> {
    use ComplaintColumn as C;
    let first = first_day(cells);
    let region = region(cells, rules);
    let kind = cells.free_text(C::Kind, 200).and_then(|name| {
        let kind = rules.catalogue.products.kind(&name).map(|kind| (kind.code.clone(), kind.name_zh.clone()));
        if kind.is_none() {
            cells.fault(
                C::Kind,
                RejectionCode::ProductKindUnknown,
                "产品目录中没有这一产品种类",
                "the catalogue has no such product kind",
            );
        }
        kind
    });
    // What it is called holds no person either.
    let item = cells.free_text(C::Item, 200).map(|item| strip(&item));
    let count = cells.cell(C::Count).and_then(|text| {
        let digits: String = compact(&text).chars().map(narrow).filter(|c| *c != ',').collect();
        let count =
            digits.trim_end_matches('件').parse::<i64>().ok().filter(|count| (0..=MOST).contains(count));
        if count.is_none() {
            cells.fault(
                C::Count,
                RejectionCode::QuantityInvalid,
                "件数须为 0 或正整数",
                "the count must be a whole number, 0 or more",
            );
        }
        count
    });
    let (first, region, (code, name), count) = (first?, region?, kind?, count?);
    // It was published at the end of its month; of the present one, today.
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    let end = next.pred_opt().unwrap_or(first).min(rules.today);
    let month = first.format("%Y-%m").to_string();
    let about = item.as_deref().unwrap_or("全部事项");
    let external_id = format!("12315 {month} {region} {code} {about}");
    let title = format!("{month} {name}投诉 {count} 件（{about}）");
    Some(NewSignal {
        observed_on: Some(first),
        region: Some(region),
        product_kind: Some(code),
        reliability: Reliability::Attributed,
        named: Named {
            product: Some(name),
            count: Some(count),
            item,
            month: Some(month),
            ..Named::default()
        },
        ..NewSignal::new(SignalSource::Complaint, &external_id, rules.home, end, &title)
    })
}

fn first_day(cells: &mut Cells<'_, ComplaintColumn>) -> Option<NaiveDate> {
    let text = cells.cell(ComplaintColumn::Month)?;
    let Some(first) = month(&text).filter(|day| (2000..=9999).contains(&day.year())) else {
        cells.fault(
            ComplaintColumn::Month,
            RejectionCode::DateInvalid,
            "不是月份（可写作 2026-05）",
            "is no month (write it like 2026-05)",
        );
        return None;
    };
    if first > cells.today {
        cells.fault(
            ComplaintColumn::Month,
            RejectionCode::DateInFuture,
            "月份不能晚于本月",
            "the month must not be in the future",
        );
        return None;
    }
    Some(first)
}

fn region(cells: &mut Cells<'_, ComplaintColumn>, rules: Rules<'_>) -> Option<String> {
    let text = cells.cell(ComplaintColumn::Region)?;
    let regions = &rules.catalogue.regions;
    let whole = regions.iter().find(|region| region.name == compact(&text)).map(|region| region.code.clone());
    let Some(code) = whole
        .filter(|_| regions.iter().filter(|r| r.name == compact(&text)).count() == 1)
        .or_else(|| region_in(regions, &text))
    else {
        cells.fault(
            ComplaintColumn::Region,
            RejectionCode::RegionUnknown,
            "没有这一行政区划，或有重名的地区，请填写六位代码",
            "there is no such region, or several have the name; give the six digits",
        );
        return None;
    };
    if !regions.contains(rules.home, &code) {
        cells.fault(
            ComplaintColumn::Region,
            RejectionCode::RegionOutsideScope,
            "不在您的辖区内",
            "is outside your region",
        );
        return None;
    }
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_read_as_offices_write_them() {
        let may = NaiveDate::from_ymd_opt(2026, 5, 1);
        for text in ["2026-05", "2026/5", "2026年5月", "202605", "２０２６年０５月", "2026-05-01"] {
            assert_eq!(month(text), may, "{text}");
        }
        for text in ["", "5月", "2026", "2026-13", "2026-", "26-05", "x"] {
            assert_eq!(month(text), None, "{text}");
        }
    }

    #[test]
    fn columns_and_cells_of_persons_refuse_the_file() {
        let headings = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert!(refuse_headings(&headings(&["月份", "地区", "投诉人电话"])).is_err());
        assert!(refuse_headings(&headings(&["月份", "地区", "产品种类", "投诉事项", "件数"])).is_ok());
    }
}
