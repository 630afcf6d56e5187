//! The template of a register: the regions and the key products of the campaign stand in its drop-downs.

use crate::campaigns::queries;
use crate::campaigns::register_list::{RegisterColumn, region_choice};
use crate::campaigns::state::Theme;
use crate::catalogue::Catalogue;
use crate::core::actor::Actor;
use crate::core::{Language, Problem};
use crate::list_files::template::Template;
use crate::programmes::ids::ProgrammeId;
use crate::settings::Settings;
use chrono::NaiveDate;
use diesel::PgConnection;

/// The template for a campaign.
///
/// # Errors
/// 403 for anyone but officers, 404 where the actor may not know of the campaign; 500 when the workbook can't be made.
pub fn template(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ProgrammeId,
    language: Language,
    (settings, catalogue, today): (&Settings, &Catalogue, NaiveDate),
) -> Result<Vec<u8>, Problem> {
    let campaign = queries::get(conn, actor, id)?;
    let rules = queries::rules_of(settings, &campaign.rules_version, today)?;
    let within = queries::counted_region(actor, &campaign.organiser_region, catalogue);
    let regions = catalogue
        .regions
        .iter()
        .filter(|region| catalogue.regions.contains(&within, &region.code))
        .map(|region| region_choice(&region.code, region.name_in(language)));
    let products: Vec<String> = match campaign.theme {
        Theme::KeyProducts => rules.products.iter().map(|one| one.name.get(language).to_owned()).collect(),
        Theme::Campus | Theme::Outreach => Vec::new(),
    };
    let say = |zh: &'static str, en: &'static str| if language == Language::Zh { zh } else { en };
    Template {
        sheet: say("名录", "Register"),
        options: vec![(RegisterColumn::Region, regions.collect()), (RegisterColumn::Product, products)],
        open: &[RegisterColumn::Region, RegisterColumn::Product],
        notes: [
            say(
                "列的顺序不限，选填的列可以删除；名称、代码、地区、地址都相同的条目再次导入不会重复。",
                "Columns in any order, and optional ones may be removed; an entry with the same name, code, region and address is not taken twice.",
            ),
            say(
                "标题为黄色的列必填；重点产品专项行动须填写重点产品，校园周边专项行动须填写经纬度。",
                "Columns with a yellow heading are required; so is the key product of a campaign on key products, and the point of a shop around a campus.",
            ),
        ],
        wide: RegisterColumn::Address,
    }
    .workbook(language)
    .map_err(Problem::internal)
}
