//! Which cause an expert's words name. Pure. An expert writes the cause of a conclusion freely; to count causes, each text is put where its words point.

crate::word_enum! {
    /// Where a cause lies.
    pub enum CauseKind {
        /// Raw materials and parts.
        Material = "material",
        /// The design of the product.
        Design = "design",
        /// The way in which it is made.
        Process = "process",
        /// Machines, moulds and tools.
        Equipment = "equipment",
        /// People: skill, training, care.
        People = "people",
        /// Tests and measurements, in-house or of parts that come in.
        Inspection = "inspection",
        /// Storage and transport.
        Storage = "storage",
        /// Labels, marks and instructions.
        Labelling = "labelling",
        /// A standard that was not known or not followed.
        Standard = "standard",
        /// Words that point nowhere of these.
        Other = "other",
        /// No cause was named.
        None = "none",
    }
}

impl CauseKind {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Material => ("原材料与零部件", "materials and parts"),
            Self::Design => ("产品设计", "design"),
            Self::Process => ("生产工艺", "process"),
            Self::Equipment => ("设备与模具", "equipment and moulds"),
            Self::People => ("人员与管理", "people"),
            Self::Inspection => ("检验把关", "inspection"),
            Self::Storage => ("贮存与运输", "storage and transport"),
            Self::Labelling => ("标识与说明书", "labels and instructions"),
            Self::Standard => ("标准理解与执行", "standards"),
            Self::Other => ("其他", "other"),
            Self::None => ("未注明原因", "no cause named"),
        }
    }

    /// The words that point to it.
    fn pointers(self) -> &'static [&'static str] {
        match self {
            Self::Material => &[
                "原材料",
                "原料",
                "材料",
                "材质",
                "配方",
                "来料",
                "外购",
                "零部件",
                "供应商",
                "铜材",
                "面料",
                "material",
                "supplier",
                "part",
            ],
            Self::Design => &["设计", "结构", "选型", "尺寸", "间距", "design"],
            Self::Process => &[
                "工艺",
                "工序",
                "装配",
                "焊接",
                "注塑",
                "热处理",
                "固化",
                "参数",
                "生产过程",
                "process",
                "assembly",
            ],
            Self::Equipment => &["设备", "模具", "机器", "工装", "夹具", "equipment", "mould", "machine"],
            Self::People => {
                &["人员", "员工", "操作", "培训", "管理", "疏忽", "staff", "training", "operator"]
            }
            Self::Inspection => &[
                "检验",
                "检测",
                "出厂检",
                "抽检",
                "计量",
                "校准",
                "测试",
                "inspection",
                "test",
                "calibration",
            ],
            Self::Storage => {
                &["贮存", "储存", "存放", "仓储", "运输", "受潮", "包装", "storage", "transport"]
            }
            Self::Labelling => &["标识", "标签", "标志", "说明书", "警示", "label", "marking", "instruction"],
            Self::Standard => &["标准", "standard"],
            Self::Other | Self::None => &[],
        }
    }
}

/// Where the words of a cause point: to what most of them name, and of those the one that is named first.
pub fn kind(text: Option<&str>) -> CauseKind {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return CauseKind::None };
    let text = text.to_lowercase();
    let mut best: Option<(usize, usize, CauseKind)> = None;
    for kind in CauseKind::ALL {
        let (mut hits, mut first) = (0, usize::MAX);
        for word in kind.pointers() {
            if let Some(at) = text.find(word) {
                hits += 1;
                first = first.min(at);
            }
        }
        let better = best.is_none_or(|(most, at, _)| hits > most || (hits == most && first < at));
        if hits > 0 && better {
            best = Some((hits, first, *kind));
        }
    }
    best.map_or(CauseKind::Other, |(_, _, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_cause_point_to_its_kind() {
        for (text, expected) in [
            (None, CauseKind::None),
            (Some("  "), CauseKind::None),
            (Some("铜材纯度不足，来料未复验"), CauseKind::Material),
            (Some("爬电距离结构设计不足"), CauseKind::Design),
            (Some("注塑工艺参数不稳定"), CauseKind::Process),
            (Some("模具磨损"), CauseKind::Equipment),
            (Some("员工操作不当，培训不足"), CauseKind::People),
            (Some("出厂检验缺少耐压测试"), CauseKind::Inspection),
            (Some("仓储受潮"), CauseKind::Storage),
            (Some("标签缺警示语"), CauseKind::Labelling),
            (Some("对新版标准理解有误"), CauseKind::Standard),
            (Some("天气"), CauseKind::Other),
            (Some("Raw MATERIAL from a new supplier"), CauseKind::Material),
        ] {
            assert_eq!(kind(text), expected, "{text:?}");
        }
    }
}
