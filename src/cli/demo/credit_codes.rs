//! Quality credit codes: one in force, one that a failed product of its maker has suspended, one that is applied for.

use super::companies::{Company, city_of, companies, district, kind_of, products_of_class};
use super::past::Past;
use super::tables::caller;
use crate::core::{Caller, Problem};
use crate::credit_codes::apply::ApplyForCode;
use crate::credit_codes::decide::GrantCode;
use crate::credit_codes::facts;
use crate::credit_codes::follow::sweep;
use crate::credit_codes::ids::CreditCodeId;
use crate::credit_codes::scans::{CountScans, ScanKey};
use crate::credit_codes::state::ScanAnswer;
use crate::zero_out::import::import_file;

/// Places in the list of two enterprises whose results a re-test overturned, and which have passed a sampling since.
pub(super) const MAKERS: [usize; 2] = [57, 49];
/// The day on which their codes are granted.
pub(super) const GRANTED: i64 = -3;
/// The day on which one of them fails.
pub(super) const FAILED: i64 = -1;

fn application(past: &Past, kind: String, name: String) -> Result<ApplyForCode, Problem> {
    let rules = facts::rules_today(past.app.settings(), past.today())?;
    Ok(ApplyForCode {
        product_kind: kind,
        product_name: name,
        trademark: Some("粤海".to_owned()),
        model: "A-100".to_owned(),
        standard: None,
        text_version: rules.text_version.clone(),
        consent: true,
    })
}

fn grant(past: &Past, company: &Company, place: usize) -> Result<CreditCodeId, Problem> {
    let (class, made, _) = products_of_class(company.class);
    let applied = application(past, kind_of(&past.app, class, place), format!("{made}产品"))?;
    let id = past.app.execute(&caller(&past.app, &company.username)?, &applied)?;
    past.app.execute(&caller(&past.app, "admin-guangdong")?, &GrantCode { id })
}

/// Grants both codes; the first one is scanned for some days.
pub(super) fn granted(past: &Past) -> Result<(), Problem> {
    let all = companies();
    let mut ids = Vec::new();
    for place in MAKERS {
        if let Some(company) = all.get(place) {
            ids.push(grant(past, company, place)?);
        }
    }
    let key = |code, ago: i64, region: &str| ScanKey {
        code,
        number: 1,
        day: past.day(-ago),
        region: region.to_owned(),
        answer: ScanAnswer::InForce,
    };
    let counts = ids.into_iter().take(1).flat_map(|code| {
        let days = (0..3).flat_map(move |ago| {
            ["440100", "440300", ""].into_iter().enumerate().map(move |(at, region)| (code, ago, region, at))
        });
        days.map(|(code, ago, region, at)| {
            (key(code, ago, region), 40 - 11 * i64::try_from(at).unwrap_or(0) - ago)
        })
    });
    past.app.execute(&Caller::system(), &CountScans { counts: counts.collect() })
}

/// A product of the second maker is on a list of failures; its code is suspended.
pub(super) fn failed(past: &Past) -> Result<(), Problem> {
    let (all, officer) = (companies(), caller(&past.app, "admin-guangdong")?);
    let [_, place] = MAKERS;
    let Some(company) = all.get(place) else { return Ok(()) };
    let (class, _, [item, ..]) = products_of_class(company.class);
    let (code, name, kind) = (&company.uscc, &company.name, kind_of(&past.app, class, place));
    let region = district(&past.app, city_of(place).0, place);
    let day = past.day(-20);
    let head = "uscc,name,operating_status,region_code,product_kind,report_no,inspected_on,inspection_level,failed_items\n";
    let row = format!("{code},{name},operating,{region},{kind},JC0101,{day},municipal,{item}\n");
    let file = format!("{head}{row}").into_bytes();
    import_file(&past.app, &officer, "市级监督抽查.csv", file, false, &|_, _| ())?;
    sweep(&past.app, &|| false).map(drop)
}

/// An enterprise with a log-in applies: not all conditions are met.
pub(super) fn applied(past: &Past) -> Result<(), Problem> {
    past.set_to_present();
    let asked = application(past, "K0301".to_owned(), "聚氯乙烯绝缘电缆".to_owned())?;
    past.app.execute(&caller(&past.app, "enterprise-hengtong")?, &asked).map(drop)
}
