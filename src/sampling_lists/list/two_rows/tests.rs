//! Headings of two rows, with the columns of sampling lists.

use crate::list_files::header::Header;
use crate::list_files::two_rows::{column as column_of, combined};
use crate::sampling_lists::list::column::Column;
use crate::zero_out::import::Column as ZeroOutColumn;

fn cells(row: &str) -> Vec<String> {
    row.split('|').map(|cell| cell.trim().to_owned()).collect()
}

fn columns(upper: &str, lower: &str) -> Vec<Option<Column>> {
    let headings = combined::<Column>(&cells(upper), &cells(lower)).unwrap();
    headings.iter().map(|heading| column_of::<Column>(heading)).collect()
}

#[test]
fn columns_below_a_group_are_that_group_s() {
    use Column as C;
    let found = columns(
        "序号|产品名称|被抽样单位||标称生产企业|||检验结论|不合格项目|||备注",
        "序号|产品名称|名称|地址|企业名称|地址|统一社会信用代码|检验结论|项目|标准值|实测值|备注",
    );
    let wanted = [
        None,
        Some(C::ProductName),
        Some(C::Inspected),
        Some(C::InspectedAddress),
        Some(C::Producer),
        Some(C::ProducerAddress),
        Some(C::ProducerUscc),
        Some(C::Conclusion),
        Some(C::FailedItems),
        Some(C::Requirement),
        Some(C::Measured),
        Some(C::Remarks),
    ];
    assert_eq!(found, wanted);
    let found = columns("样品信息||受检单位基本情况||承检机构|", "名称|规格型号|单位名称|联系电话|名称|地址");
    let wanted = [Some(C::ProductName), Some(C::Model), Some(C::Inspected), None, Some(C::Laboratory), None];
    assert_eq!(found, wanted, "what is no column is nobody's");
}

#[test]
fn the_headings_are_read_like_those_of_one_row() {
    let upper = cells("产品名称|被抽样单位||检验结论|不合格项目|");
    let lower = cells("|名称|地址||标准值|实测值");
    let headings = combined::<Column>(&upper, &lower).unwrap();
    let header = Header::<Column>::read(&headings).unwrap();
    assert_eq!(header.place(Column::InspectedAddress), Some(2));
    assert_eq!(header.place(Column::Measured), Some(5));
    let upper = cells("企业基本情况|||产品种类|检验报告编号");
    let lower = cells("统一社会信用代码|企业名称|地址||");
    let headings = combined::<ZeroOutColumn>(&upper, &lower).unwrap();
    let found: Vec<_> = headings.iter().map(|heading| column_of::<ZeroOutColumn>(heading)).collect();
    let wanted = [ZeroOutColumn::Uscc, ZeroOutColumn::Name, ZeroOutColumn::Address].map(Some);
    assert_eq!(found[..3], wanted);
}

#[test]
fn a_title_above_the_headings_is_no_group() {
    let lower = cells("序号|产品名称|被抽样单位|检验结论|不合格项目");
    for upper in [
        "2026 年监督抽查结果||||",
        "填报单位||某市市场监督管理局||",
        "任务来源：||承检机构：||",
        "任务来源|某局|承检机构|某院|",
    ] {
        assert_eq!(combined::<Column>(&cells(upper), &lower), None, "{upper}");
    }
}

#[test]
fn a_record_below_the_headings_is_none_of_them() {
    let upper = cells("产品名称|被抽样单位||检验结论|不合格项目|");
    for lower in [
        "水泥|甲公司|广州市|合格||",
        "水泥|名称有限公司|地址不详|不合格|抗压强度|42.5",
        "||广州市天河区|||",
        "|||||",
        "产品名称|被抽样单位||检验结论|不合格项目|",
    ] {
        assert_eq!(combined::<Column>(&upper, &cells(lower)), None, "{lower}");
    }
}
