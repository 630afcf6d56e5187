//! Headings in two rows: a heading of a group above, such as 被抽样单位, and those of its columns below, such as 名称 and 地址. They are
//! put together to one row of headings, which is read like any other. Pure.

use crate::core::cells::{compact, is_empty, tidy};
use crate::list_files::ListColumn;
use crate::list_files::column::plain;

/// A heading of a column below a group has at most so many characters; a value is often longer.
const LONGEST: usize = 40;
/// So many columns of the list the second row must name; one alone may be a remark.
const LEAST: usize = 2;

/// The name and the address of an enterprise, and whatever else several groups of a list have: below a group they are that group's or nobody's.
const COMMON: [(&[&str], &[&str]); 5] = [
    (&["名称", "全称", "name"], &["名称", "name"]),
    (&["地址", "住所", "address"], &["地址", "address"]),
    (&["代码", "uscc"], &["统一社会信用代码", "信用代码", "uscc"]),
    (&["所在地", "地区", "region"], &["所在地", "region"]),
    (&["电话", "联系人", "phone"], &[]),
];

/// What stands before such a word and says nothing.
const SAYS_NOTHING: [&str; 12] = [
    "",
    "企业",
    "单位",
    "公司",
    "机构",
    "联系",
    "详细",
    "所在",
    "统一社会信用",
    "社会信用",
    "信用",
    "组织机构",
];

/// What stands behind the name of a group and says nothing.
const OF_GROUP: [&str; 5] = ["基本信息", "基本情况", "信息", "情况", "资料"];

/// The headings that two rows which follow each other come to; none where the second one has no headings of columns below a group.
#[must_use]
pub fn combined<C: ListColumn>(upper: &[String], lower: &[String]) -> Option<Vec<String>> {
    let width = upper.len().max(lower.len());
    let at = |row: &[String], place: usize| row.get(place).map(|cell| tidy(cell)).unwrap_or_default();
    let mut headings = Vec::with_capacity(width);
    let (mut group, mut below): (Option<usize>, Vec<Below>) = (None, Vec::new());
    for place in 0..width {
        let (above, own) = (at(upper, place), at(lower, place));
        // A heading that is merged over both rows stands in the second one as well.
        let has_own = !is_empty(&own) && own != above;
        if !is_empty(&above) {
            group = has_own.then_some(place);
        } else if !has_own {
            group = None;
        }
        if has_own {
            if own.chars().count() > LONGEST || C::ALL.iter().any(|column| column.is_value(&own)) {
                return None;
            }
            below.push(Below { place, group, own: own.clone() });
        }
        headings.push(if has_own { own } else { above });
    }
    // A group has several columns: titles and remarks above the headings stand over them in no order.
    let alone =
        |one: &Below| one.group.is_some() && below.iter().filter(|b| b.group == one.group).count() < 2;
    if !below.iter().any(|one| one.group.is_some()) || below.iter().any(alone) || !is_of_headings::<C>(upper)
    {
        return None;
    }
    let mut known = 0;
    for one in &below {
        let group = one.group.map(|place| at(upper, place));
        let heading = group.as_deref().and_then(|group| of_group::<C>(group, &one.own));
        known += usize::from(heading.is_some() || (group.is_none() && column::<C>(&one.own).is_some()));
        let put = match (heading, &group) {
            (Some(heading), _) => heading,
            (None, None) => continue,
            // What is no column of the list is named with its group, so that it is taken for none.
            (None, Some(group)) => format!("{group}：{}", one.own),
        };
        if let Some(slot) = headings.get_mut(one.place) {
            *slot = put;
        }
    }
    (known >= LEAST).then_some(headings)
}

/// Whether most cells of a row name columns of the list or groups of them. A title, or who reports what and when, does not.
fn is_of_headings<C: ListColumn>(row: &[String]) -> bool {
    let filled: Vec<String> = row.iter().map(|cell| compact(cell)).filter(|cell| !is_empty(cell)).collect();
    let named = filled.iter().filter(|cell| names(cell).iter().any(|name| column::<C>(name).is_some()));
    filled.len() > 1 && named.count() * 2 > filled.len() && !filled.iter().any(|cell| cell.contains(':'))
}

/// The names of a group: without a bracket behind it, such as （标称）, which says nothing of its columns, and without such a word as 信息.
fn names(group: &str) -> Vec<&str> {
    let group = group.split('(').next().filter(|name| !name.is_empty()).unwrap_or(group);
    let short = OF_GROUP.iter().find_map(|end| group.strip_suffix(end)).filter(|name| !name.is_empty());
    [Some(group), short].into_iter().flatten().collect()
}

/// A heading of the second row.
struct Below {
    place: usize,
    /// Where the heading of its group stands.
    group: Option<usize>,
    own: String,
}

/// The column of a heading.
pub fn column<C: ListColumn>(heading: &str) -> Option<C> {
    C::of(heading).or_else(|| C::like(heading))
}

/// The heading by which a column below a group is known; none where it is no column of the list.
fn of_group<C: ListColumn>(group: &str, own: &str) -> Option<String> {
    let group = compact(group);
    let names = names(&group);
    let with = |end: &str| {
        let mut found = names.iter().map(|name| format!("{name}{end}"));
        found.find(|heading| column::<C>(heading).is_some())
    };
    let own_plain = plain(own);
    if let Some(found) = with(&compact(own)) {
        return Some(found);
    }
    let group_column = names.iter().find(|name| column::<C>(name).is_some());
    let is_common = |end: &str| own_plain.strip_suffix(end).is_some_and(|rest| SAYS_NOTHING.contains(&rest));
    let common = COMMON.iter().find(|(ends, _)| ends.iter().any(|end| is_common(end)));
    if let Some((ends, tails)) = common {
        if let Some(found) = tails.iter().find_map(|tail| with(tail)) {
            return Some(found);
        }
        let is_name = tails.first() == Some(&"名称");
        if let Some(name) = group_column {
            return is_name.then(|| (*name).to_owned());
        }
        // `名称` alone may be that of anything.
        return (!ends.contains(&own_plain.as_str()) && column::<C>(own).is_some()).then(|| own.to_owned());
    }
    if column::<C>(own).is_some() {
        return Some(own.to_owned());
    }
    // 不合格项目 over 项目, 被抽样单位 over 单位.
    let name = group_column?;
    (!own_plain.is_empty() && plain(name).contains(&own_plain)).then(|| (*name).to_owned())
}
