//! The template of a list of licences: the regions of whoever asks and the product kinds stand in its drop-downs.

use crate::catalogue::Catalogue;
use crate::core::actor::Actor;
use crate::core::{Language, Problem};
use crate::list_files::template::Template;
use crate::programmes::licences::file::{LicenceColumn, region_choice};
use crate::programmes::policy::permit;

/// The template for an actor.
///
/// # Errors
/// 401 and 403 for anyone but an officer; 500 when the workbook can't be made.
pub fn template(actor: &Actor, language: Language, catalogue: &Catalogue) -> Result<Vec<u8>, Problem> {
    permit(actor)?;
    let say = |zh: &'static str, en: &'static str| if language == Language::Zh { zh } else { en };
    let regions = catalogue
        .regions
        .iter()
        .filter(|region| {
            actor.officer_region().is_none_or(|scope| catalogue.regions.contains(scope, &region.code))
        })
        .map(|region| region_choice(&region.code, region.name_in(language)));
    let kinds = catalogue.products.kinds().map(|kind| kind.name(language).to_owned());
    Template {
        sheet: say("获证企业名单", "Licensed producers"),
        options: vec![
            (LicenceColumn::Region, regions.collect()),
            (LicenceColumn::ProductKind, kinds.collect()),
        ],
        open: &[LicenceColumn::Region, LicenceColumn::ProductKind],
        notes: [
            say(
                "每行填写一项许可（一个产品种类）；列的顺序不限，选填的列可以删除。",
                "One row is one licence for one product kind; columns in any order, and optional ones may be removed.",
            ),
            say(
                "标题为黄色的列必填；任何一行有误的，整份文件不予登记，请按提示更正后重新上传。",
                "Columns with a yellow heading are required. Where a row is wrong nothing of the file is entered: mend what is named and send it again.",
            ),
        ],
        wide: LicenceColumn::Name,
    }
    .workbook(language)
    .map_err(Problem::internal)
}
