//! The templates of files of signals: what their drop-downs and their sheets of explanations hold.

use crate::catalogue::Catalogue;
use crate::core::{Actor, Language, Problem};
use crate::list_files::template::Template;
use crate::signals::feed::Feed;
use crate::signals::list::complaints::ComplaintColumn;
use crate::signals::list::penalties::PenaltyColumn;
use crate::signals::list::recalls::RecallColumn;
use crate::signals::policy::permit;

/// The template of a kind of file; that of recalls where the kind is no table.
///
/// # Errors
/// 401 and 403 as [`permit`]; 500 when the workbook can't be made.
pub fn template(
    actor: &Actor,
    feed: Feed,
    language: Language,
    catalogue: &Catalogue,
) -> Result<Vec<u8>, Problem> {
    permit(actor)?;
    let say = |zh: &'static str, en: &'static str| if language == Language::Zh { zh } else { en };
    let notes = [
        say(
            "列的顺序不限，选填的列可以删除；同一编号再次导入即为更新。",
            "Columns in any order, and optional ones may be removed; the same number again is an update.",
        ),
        say(
            "标题为黄色的列必填；不得填写投诉人、举报人等个人的姓名、电话和证件号码。",
            "Columns with a yellow heading are required. No names, telephone or identity numbers of persons.",
        ),
    ];
    let workbook = match feed {
        Feed::SafetyGate | Feed::Cpsc | Feed::DomesticRecalls => Template {
            sheet: say("召回", "Recalls"),
            options: Vec::new(),
            open: &[],
            notes,
            wide: RecallColumn::Danger,
        }
        .workbook(language),
        Feed::Penalties => Template {
            sheet: say("行政处罚", "Penalties"),
            options: Vec::new(),
            open: &[],
            notes,
            wide: PenaltyColumn::Act,
        }
        .workbook(language),
        Feed::Complaints => Template {
            sheet: say("投诉统计", "Complaints"),
            options: vec![
                (
                    ComplaintColumn::Region,
                    catalogue.regions.iter().map(|region| region.code.clone()).collect(),
                ),
                (
                    ComplaintColumn::Kind,
                    catalogue.products.kinds().map(|kind| kind.name_zh.clone()).collect(),
                ),
            ],
            open: &[ComplaintColumn::Region, ComplaintColumn::Kind],
            notes,
            wide: ComplaintColumn::Item,
        }
        .workbook(language),
    };
    workbook.map_err(Problem::internal)
}
