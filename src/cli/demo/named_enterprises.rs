//! The demo enterprises with log-ins that are shown.

use super::people::{PASSWORD, address};
use super::tables::ClaimForDemo;
use super::uscc::registered;
use crate::accounts::password;
use crate::accounts::settings::AuthSettings;
use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::core::{Caller, Problem};
use crate::zero_out::import::import_file;
use chrono::Days;

/// Enterprises: username, name, region, product kind, failed items, days since the order.
pub(super) const ENTERPRISES: [(&str, &str, &str, &str, &str, u64); 4] = [
    ("enterprise-hengtong", "广州恒通线缆有限公司", "440106", "电线电缆", "导体电阻;绝缘厚度", 48),
    ("enterprise-lele", "东莞乐乐玩具有限公司", "441900", "儿童玩具", "小零件;可迁移元素", 20),
    ("enterprise-yongxing", "中山永兴燃具有限公司", "442000", "燃气灶具", "热效率;熄火保护装置", 66),
    ("enterprise-jinhui", "佛山金辉建材有限公司", "440605", "水泥", "抗压强度", 5),
];

/// The credit code of the enterprise at a place in the list.
pub(super) fn uscc(at: usize) -> String {
    registered("440100", &format!("MA5DM{at:03}"))
}

/// Imports the list of them and makes their accounts.
pub(super) fn create(app: &App) -> Result<(), Problem> {
    let system = Caller::system();
    let report = import_file(app, &system, "清零名单-重点企业.csv", list(app)?, false, &|_, _| ())?;
    if report.rejected > 0 || report.problem.is_some() {
        return Err(Problem::internal(format!("the demo's list was not taken: {report:?}")));
    }
    let hash = password::hash(PASSWORD, app.settings().section::<AuthSettings>())?;
    for (at, (username, name, ..)) in ENTERPRISES.into_iter().enumerate() {
        let claim = ClaimForDemo {
            uscc: uscc(at),
            username: username.to_owned(),
            name: name.to_owned(),
            hash: hash.clone(),
            email: address(username),
        };
        app.execute(&system, &claim)?;
    }
    Ok(())
}

/// The list, as a CSV.
fn list(app: &App) -> Result<Vec<u8>, Problem> {
    let today = shanghai_date(app.clock().now());
    let ago = |days: u64| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record([
        "uscc",
        "name",
        "operating_status",
        "region_code",
        "contact_name",
        "contact_email",
        "product_kind",
        "report_no",
        "inspected_on",
        "inspection_level",
        "failed_items",
        "order_issued_on",
    ])
    .map_err(Problem::internal)?;
    for (at, (username, name, region, kind, items, days)) in ENTERPRISES.into_iter().enumerate() {
        let (inspected, ordered) = (ago(days + 30).to_string(), ago(days).to_string());
        let (code, number, mail) = (uscc(at), format!("GD-DEMO-{at:03}"), address(username));
        let row = [
            &code,
            name,
            "operating",
            region,
            "质量负责人",
            &mail,
            kind,
            &number,
            &inspected,
            "provincial",
            items,
            &ordered,
        ];
        csv.write_record(row).map_err(Problem::internal)?;
    }
    csv.into_inner().map_err(Problem::internal)
}
