//! Quality alerts of the province.

use super::past::Past;
use super::tables::caller;
use crate::core::{Caller, Problem};
use crate::risk::alerts::queries::{self as alerts, AlertFilter};
use crate::risk::alerts::{FindClusters, HoldMeeting};

/// Looks for clusters; deals with the first in a meeting where that is wanted.
pub(super) fn find(past: &Past, meet: bool) -> Result<(), Problem> {
    let app = &past.app;
    app.execute(&Caller::system(), &FindClusters {})?;
    let officer = caller(app, "admin-guangdong")?;
    let open = alerts::list(&mut *app.conn()?, &officer.actor, &AlertFilter::default(), Default::default())?;
    if let Some(alert) = open.items.last().filter(|_| meet) {
        let hold = HoldMeeting {
            alert: alert.alert.id,
            held_on: past.today(),
            participants: ["省局 周敏", "省质检院 陈工", "行业协会 刘秘书长"].map(str::to_owned).to_vec(),
            findings: "同一批次原料流向多家企业，进厂检验项目缺失。".to_owned(),
            measures: "通报原料供应商；组织企业补充进厂检验；三个月后开展专项抽查。".to_owned(),
        };
        app.execute(&officer, &hold)?;
    }
    Ok(())
}
