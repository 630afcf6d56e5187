//! The lists that the province's officer imports.

use super::companies::{BEGINS, BRANDS, Company, OPERATING, city_of, district, kind_of, products_of_class};
use super::past::Past;
use super::people::address;
use super::tables::caller;
use super::uscc::registered;
use crate::core::Problem;
use crate::zero_out::import::import_file;

/// Imports the list of these enterprises.
pub(super) fn import_list(past: &Past, companies: &[Company]) -> Result<(), Problem> {
    let officer = caller(&past.app, "admin-guangdong")?;
    let csv = list(past, companies)?;
    let report = import_file(&past.app, &officer, "广东省清零名单.csv", csv, false, &|_, _| ())?;
    if report.rejected > 0 || report.problem.is_some() {
        return Err(Problem::internal(format!("the demo's list was not taken: {report:?}")));
    }
    Ok(())
}

/// The list as a CSV.
fn list(past: &Past, companies: &[Company]) -> Result<Vec<u8>, Problem> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record([
        "uscc",
        "name",
        "operating_status",
        "region_code",
        "contact_name",
        "contact_phone",
        "contact_email",
        "product_kind",
        "report_no",
        "inspected_on",
        "inspection_level",
        "failed_items",
    ])
    .map_err(Problem::internal)?;
    let mut number = 0;
    for (at, company) in companies.iter().enumerate() {
        // Every sixth has a second record.
        for second in 0..=usize::from(at % 6 == 5) {
            number += 1;
            csv.write_record(row(past, at, company, second, number)).map_err(Problem::internal)?;
        }
    }
    csv.into_inner().map_err(Problem::internal)
}

/// The cells of an enterprise's first or second record.
fn row(past: &Past, at: usize, company: &Company, second: usize, number: usize) -> [String; 12] {
    let (prefix, _) = city_of(at);
    let (class, _, items) = products_of_class(company.class + second);
    let status = match at {
        _ if at < OPERATING => "operating",
        _ if at.is_multiple_of(3) => "moved_out",
        _ if at % 3 == 1 => "deregistered",
        _ => "suspended",
    };
    let ago = i64::try_from(at * 37 % 260).unwrap_or(0);
    let inspected = past.day(-BEGINS - 20 - ago).to_string();
    let failed = match at % 3 {
        0 => items.first().copied().unwrap_or_default().to_owned(),
        1 => format!("{};{}", items.first().unwrap_or(&""), items.get(1).unwrap_or(&"")),
        _ => items.get(2).copied().unwrap_or_default().to_owned(),
    };
    // Who has no address on record can't confirm by mail.
    let mail = if at == OPERATING - 1 { String::new() } else { address(&company.username) };
    let level = ["provincial", "municipal", "national"].get(at % 3).copied().unwrap_or("provincial");
    [
        company.uscc.clone(),
        company.name.clone(),
        status.to_owned(),
        district(&past.app, prefix, at),
        "质量负责人".to_owned(),
        format!("1390000{at:04}"),
        mail,
        kind_of(&past.app, class, at),
        format!("GD{}{number:04}", inspected.get(..4).unwrap_or_default()),
        inspected,
        level.to_owned(),
        failed,
    ]
}

/// What a later sampling found: toys of one town, too many of which fail the same item. Two rows have mistakes.
pub(super) fn sampling(past: &Past) -> Result<(), Problem> {
    let (app, officer) = (&past.app, caller(&past.app, "admin-guangdong")?);
    let kind = kind_of(app, "C06", 0);
    let head = "uscc,name,operating_status,region_code,product_kind,report_no,inspected_on,inspection_level,failed_items\n";
    let mut csv = head.to_owned();
    for at in 0..8 {
        let brand = BRANDS.get(at).copied().unwrap_or("华南");
        let code = registered("440500", &format!("MA5GQ{at:03}"));
        let day = past.day(-60 + i64::try_from(at * 4).unwrap_or(0));
        let row = format!(
            "{code},汕头澄海{brand}玩具有限公司,operating,440515,{kind},JC{at:04},{day},provincial,小零件\n"
        );
        csv.push_str(&row);
    }
    let day = past.day(-35);
    let wrong = format!(
        "91440500MA5GDQ0080,汕头澄海飞达玩具厂,operating,440515,{kind},JC0008,{day},provincial,小零件\n"
    );
    csv.push_str(&wrong);
    let unknown = registered("440500", "MA5GQ009");
    csv.push_str(&format!(
        "{unknown},汕头澄海美乐玩具厂,operating,440515,会飞的玩具,JC0009,{day},provincial,小零件\n"
    ));
    for check in [true, false] {
        let file = csv.clone().into_bytes();
        import_file(app, &officer, "专项抽查-儿童玩具.csv", file, check, &|_, _| ())?;
    }
    Ok(())
}
