//! Why rows of a list are rejected and what is noted of its file: the stable words for programs.
//!
//! A word is API: it never changes, and nothing else is called by it. Each is explained on the page `/problems`. To add one, add a row to
//! the table.

use crate::core::Text;

macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($variant:ident $word:tt $zh:literal $en:literal;)+ }) => {
        crate::word_enum! {
            $(#[$meta])*
            pub enum $name {
                $(#[doc = $en] $variant = $word),+
            }
        }

        impl $name {
            /// What it means and what to do about it.
            #[must_use]
            pub fn explanation(self) -> Text {
                match self { $(Self::$variant => Text::new($zh, $en)),+ }
            }
        }
    };
}

codes! {
    /// Why a row of a list is rejected.
    RejectionCode {
        // The row as a whole.
        TooManyCells "too_many_cells"
            "该行的单元格多于表头的列数。请检查是否有多余的分隔符。"
            "The row has more cells than the header has columns. Look for a surplus separator.";
        DuplicateRow "duplicate_row"
            "与文件中前面的一行重复（信用代码、产品种类和报告编号均相同）。请删去其中一行。"
            "An earlier row of the file has the same credit code, product kind and report number. Remove one of them.";
        OtherSeparator "other_separator"
            "该行各单元格之间的分隔符与表头不同，未能分列。请改为与表头相同的分隔符。"
            "The cells of the row are separated by another mark than the headings. Put in the mark of the headings.";
        NotARecord "not_a_record"
            "该行不是一条记录，而是小计、合计、分组标题、说明或重复的表头。无需更正。"
            "The row is no record but a total, the head of a group, a remark or the headings again. Nothing need be done.";

        // Any cell.
        ValueMissing "value_missing"
            "必填的单元格为空。请补填。"
            "A required cell is blank. Fill it in.";
        ControlCharacter "control_character"
            "单元格含有控制字符或乱码。请重新录入。"
            "The cell holds control characters, or what is left of broken ones. Enter its content again.";
        CellError "cell_error"
            "单元格的内容是 Excel 错误值，或因工作簿的一部分已损坏而无法读取。请改为实际内容。"
            "The cell holds an error of Excel, or cannot be read because a part of the workbook is damaged. Put in the real value.";
        FormulaWithoutValue "formula_without_value"
            "单元格是公式，文件中没有其计算结果。请用 Excel 打开并保存，或改为实际内容。"
            "The cell is a formula whose result is not in the file. Open the file in Excel and save it, or put in the real value.";
        IdentifierMangled "identifier_mangled"
            "单元格的内容已被表格软件改变或与显示的不同：科学计数法、超过 15 位的数字、变为日期、逻辑值或带格式的数字。请将该列设为文本格式后重新录入。"
            "A spreadsheet has changed the content or shows another one: an exponent, a number of more than 15 digits, a date, a truth value, or a number with a format of its own. Format the column as text and enter it again.";
        TooLong "too_long"
            "内容的长度或项数超过上限，上限见具体原因。请缩短。"
            "The cell has more characters or more items than the column takes; the reason names the limit. Shorten it.";

        // The enterprise.
        UsccLength "uscc_length"
            "统一社会信用代码不是 18 位。请对照营业执照核对。"
            "The unified social credit code does not have 18 characters. Compare it with the licence.";
        UsccCharacter "uscc_character"
            "统一社会信用代码含有不允许的字符。请对照营业执照核对。"
            "The unified social credit code has a character that such codes do not have. Compare it with the licence.";
        UsccAuthority "uscc_authority"
            "统一社会信用代码的前两位不是登记管理部门代码和机构类别代码。请对照营业执照核对。"
            "The unified social credit code does not begin with a registering authority and a category. Compare it with the licence.";
        UsccIdentityCard "uscc_identity_card"
            "填写的是公民身份号码，不是统一社会信用代码。请填写营业执照上的代码。"
            "The number is that of an identity card and no unified social credit code. Take the code from the licence.";
        UsccRegion "uscc_region"
            "统一社会信用代码的第 3 至 8 位不是行政区划码。请对照营业执照核对。"
            "The places 3 to 8 of the unified social credit code are no region. Compare it with the licence.";
        UsccOrganisation "uscc_organisation"
            "统一社会信用代码中主体标识码（第 9 至 17 位）的校验位不符。请对照营业执照逐位核对。"
            "The organisation's own check digit (place 17) of the unified social credit code does not fit. Compare it with the licence.";
        UsccChecksum "uscc_checksum"
            "统一社会信用代码的校验位不符。请对照营业执照逐位核对。"
            "The check character of the unified social credit code does not fit the others. Compare it with the licence.";
        OperatingStatusUnknown "operating_status_unknown"
            "经营状态不在可选范围内，可选的值见具体原因。"
            "The operating status is none of those that there are; the reason lists them.";
        RegionUnknown "region_unknown"
            "没有这一行政区划代码。请填写六位代码。"
            "There is no region of this code. Give its six digits.";
        RegionOutsideScope "region_outside_scope"
            "企业不在您的辖区内。请由其所在地的监管部门导入。"
            "The enterprise is outside your region. The authority of its region can import it.";
        PhoneInvalid "phone_invalid"
            "电话号码无效。请核对。"
            "The telephone number is not valid. Check it.";
        EmailInvalid "email_invalid"
            "电子邮箱地址无效。请核对。"
            "The mail address is not valid. Check it.";

        // The report.
        ProductKindUnknown "product_kind_unknown"
            "产品目录中没有这一产品种类。请填写目录中的代码或名称。"
            "The catalogue has no product kind of this code or name. Choose one of the catalogue.";
        InspectionLevelUnknown "inspection_level_unknown"
            "抽查级别不在可选范围内，可选的值见具体原因。"
            "The inspection level is none of those that there are; the reason lists them.";
        FailedItemsEmpty "failed_items_empty"
            "没有不合格项目。请至少填写一项。"
            "The cell names no failed item. Give at least one.";
        DateInvalid "date_invalid"
            "日期无效。请按 2021-08-03 的形式填写。"
            "The cell is not a date. Write it like 2021-08-03.";
        DateInFuture "date_in_future"
            "日期晚于今天。请核对。"
            "The date is in the future. Check it.";
        DateTooEarly "date_too_early"
            "日期早于 1990 年。请核对。"
            "The date is before 1990. Check it.";

        // The order.
        OrderBeforeInspection "order_before_inspection"
            "责令改正日期早于抽样日期。请核对两个日期。"
            "The order is dated before the sampling. Check both dates.";
        OrderNotAllowed "order_not_allowed"
            "依法不能为该案件登记这一责令改正，理由见具体原因。请在案件中办理。"
            "By law the case cannot take this order; the reason says why. Go on in the case itself.";
        OrderDateConflicts "order_date_conflicts"
            "该记录已有另一责令改正日期，导入不会改变法定期限。如原日期有误，请在案件中更正。"
            "The nonconformity has an order of another date, and an import does not change legal terms. If that date is wrong, correct it in the case.";

        // Of a sampling list.
        ConclusionUnknown "conclusion_unknown"
            "检验结论不明。请填写合格或不合格。"
            "What the test found is not known. Give 合格 or 不合格.";
        ConclusionContradicts "conclusion_contradicts"
            "备注中的复检结论与检验结论不一致。请核对。"
            "The remarks say of the re-test what the conclusion does not. Compare both with the report.";
        ItemsOfConforming "items_of_conforming"
            "结论为合格，却填写了不合格项目。请核对结论或删去项目。"
            "A sample that conforms has items that failed. Correct the conclusion or remove the items.";
        MeasuredConforms "measured_conforms"
            "不合格项目的实测值却是“符合”。请填写实测值或改正项目。"
            "The measured value of an item that failed says that it conforms. Give the value, or correct the item.";
        ItemValuesDiffer "item_values_differ"
            "标准值或实测值的个数与不合格项目的个数不同。请一一对应。"
            "There are more or fewer requirements or measured values than items. Give one for each.";
        SampledAfterReport "sampled_after_report"
            "抽样日期晚于报告日期。请核对。"
            "The sampling is dated after the report. Check both dates.";
        ProducedAfterSampling "produced_after_sampling"
            "生产日期晚于抽样日期。请核对。"
            "The product is dated after its sampling. Check both dates.";
        PurposeUnknown "purpose_unknown"
            "抽查类别不在可选范围内，可选的值见具体原因。"
            "The purpose is none of those that there are; the reason lists them.";
        RoleUnknown "role_unknown"
            "被抽样单位类型不在可选范围内，可选的值见具体原因。"
            "The kind of operator is none of those that there are; the reason lists them.";
        QuantityInvalid "quantity_invalid"
            "数量或价格不是数字。请核对。"
            "The quantity or price is no number. Check it.";
        ReportOfAnother "report_of_another"
            "前面的一行已用同一编号登记了另一单位、产品或批号。请核对编号。"
            "An earlier row has the same number for another firm, product or batch. Check the number.";
        SampleIncomplete "sample_incomplete"
            "同一批次的另一行有误，整个批次未导入。请更正那一行后，连同本行一起导入。"
            "Another row of the same sample is at fault, so nothing of the sample was taken. Correct that row and import all of them again.";
        InspectionDiffers "inspection_differs"
            "该编号已登记，内容与名单不同，导入不改变已有的记录。如原记录有误，请在该记录中更正。"
            "An inspection of this number stands already and says something else; an import does not change it. If it is wrong, correct it there.";
        InspectionNotAllowed "inspection_not_allowed"
            "依规则不能登记这一结果，理由见具体原因。"
            "By the rules the result cannot be entered; the reason says why.";

        // Of a penalty list.
        OutOfScope "out_of_scope"
            "该处罚不属于工业产品信用记分的范围，依据见具体原因。"
            "The penalty is about what the scoring of industrial products leaves out; the reason names the article.";
        DocumentNoInvalid "document_no_invalid"
            "行政处罚决定书文号不完整。请填写年份和序号齐全的文号。"
            "The number of the penalty decision is not complete. Give it with its year and serial number.";
        HappenedAfterDecision "happened_after_decision"
            "违法行为发生日期晚于处罚决定日期。请核对。"
            "The act is dated after the decision that punishes it. Check both dates.";
        PenaltyStatusUnknown "penalty_status_unknown"
            "决定状态不在可选范围内，可选的值见具体原因。"
            "The state of the decision is none of those that there are; the reason lists them.";
        AnnulledBeforeDecision "annulled_before_decision"
            "撤销日期早于处罚决定日期。请核对。"
            "The annulment is dated before the decision. Check both dates.";
        IntentUnknown "intent_unknown"
            "主观过错不在可选范围内，可选的值见具体原因。"
            "The fault is none of the words that there are; the reason lists them.";
        PenaltyDiffers "penalty_differs"
            "该文号对该当事人的处罚已登记，内容与名单不同，导入不改变已有的记录。如原记录有误，请在信用行为中更正。"
            "A penalty of this number against this party stands already and says something else; an import does not change it. If it is wrong, correct the conduct.";
        ConductNotAllowed "conduct_not_allowed"
            "依规则不能登记这一信用行为，理由见具体原因。"
            "By the rules the conduct cannot be entered; the reason says why.";

        // Of a file of signals.
        SignalOfAnotherRegion "signal_of_another_region"
            "该编号的信息已由其他地区登记，内容不同，本次未导入。请由登记的地区更新。"
            "Another region has entered the signal of this number, and it says something else; it was not changed. That region can update it.";

        // Of the register of a campaign.
        KeyProductUnknown "key_product_unknown"
            "不是本专项行动的重点产品，或者本专项行动不填写重点产品。可填的值见模板。"
            "The product is no key product of the campaign, or the campaign has none; the template lists them.";
        CoordinatesInvalid "coordinates_invalid"
            "经度或纬度无效或者缺少一项。请填写以度为单位的小数，先纬度后经度。"
            "The latitude or the longitude is missing or is none. Give both in degrees, as decimal numbers.";
        OutsideRadius "outside_radius"
            "距最近的学校超出半径，或者还没有登记学校。请核对坐标，或者先登记学校。"
            "The place is beyond the radius around the nearest school, or no school was entered yet. Check the point, or enter the school first.";
        RegisterFull "register_full"
            "名录已满。请先移出不需要的条目。"
            "The register is full. Take entries off it that are not needed.";
    }
}

codes! {
    /// What is noted of a file whose rows are taken nevertheless.
    WarningCode {
        UnknownColumn "unknown_column"
            "表头中有未识别的列，该列已忽略。如应导入，请更正列名。"
            "The header has an unknown column, which was passed over. If it should be imported, correct its heading.";
        SecondHeading "second_heading"
            "表头中有两列是同一项内容，后一列仅在前一列为空时采用。如含义不同，请更正列名。"
            "Two headings name the same column; the cells of the second count only where those of the first are blank. If they differ in meaning, correct the heading.";
        NoHeading "no_heading"
            "有内容的列没有表头，该列未导入。如应导入，请补上列名。"
            "A column with content has no heading and was not imported. If it should be, give it its heading.";
        HiddenSheet "hidden_sheet"
            "工作簿中有隐藏的工作表，未导入。如应导入，请取消隐藏。"
            "The workbook has a hidden sheet, which was not imported. If it should be, unhide it.";
        SheetNotRead "sheet_not_read"
            "有工作表不是名单，未导入，原因见具体说明。如应导入，请补齐表头。"
            "A sheet is no list and was not imported; the detail says why. If it should be, complete its headings.";
        DamagedSheet "damaged_sheet"
            "有工作表已损坏，未导入。如其中有名单，请用 Excel 打开并重新保存后上传。"
            "A sheet is damaged and was not imported. If it holds a list, open the file in Excel, save it again and upload it.";
        HiddenColumn "hidden_column"
            "名单中有隐藏的列，其内容已照常导入。"
            "The list has a hidden column, which was imported like the others.";
        HiddenRows "hidden_rows"
            "名单中有隐藏的行（如筛选后），已照常导入。如不应导入，请删去这些行。"
            "The list has hidden rows, for instance of a filter, which were imported like the others. Remove them if they should not be.";
        OrderNeedsOfficer "order_needs_officer"
            "责令改正由监管人员作出。平台运营人员导入时，记录已列入名单，责令改正日期未采用，也未立案；请由监管人员导入同一名单，或逐案立案。"
            "An order is an officer's. An operator's import listed the records, but took no dates of orders and opened no cases; have an officer import the same list, or open the cases one by one.";
        AddressOfAccountKept "address_of_account_kept"
            "企业已认领账号，平台运营人员的导入不改变其邮箱。如确需更正，请由监管人员导入，或由企业自行修改。"
            "The enterprise has claimed its account, and an operator's import does not change its mail address. An officer's import can, and so can the enterprise itself.";
    }
}
