//! The words of custody for people.

use crate::core::Text;
use crate::recordings::custody::{CustodyFlag, CustodyState, CustodyStep, SamplePart};

impl SamplePart {
    /// For people: Chinese and English.
    pub fn text(self) -> Text {
        match self {
            Self::Test => Text::new("检验样品", "test sample"),
            Self::Reserve => Text::new("备用样品", "reserve sample"),
        }
    }
}

impl CustodyState {
    /// For people: Chinese and English.
    pub fn text(self) -> Text {
        match self {
            Self::Unsealed => Text::new("尚未封样", "not sealed yet"),
            Self::Sealed => Text::new("已封样", "sealed"),
            Self::Carried => Text::new("运送中", "on its way"),
            Self::Handed => Text::new("已交接", "handed over"),
            Self::Stored => Text::new("已入库", "in store"),
            Self::Opened => Text::new("已启封", "opened"),
            Self::Returned => Text::new("已退还", "given back"),
            Self::Destroyed => Text::new("已销毁", "destroyed"),
        }
    }
}

impl CustodyStep {
    /// For people: Chinese and English.
    pub fn text(self) -> Text {
        match self {
            Self::Seal => Text::new("封样", "sealed"),
            Self::Carry => Text::new("运送", "carried"),
            Self::Hand => Text::new("交接", "handed over"),
            Self::Store => Text::new("入库", "stored"),
            Self::Open => Text::new("启封", "opened"),
            Self::Return => Text::new("退还", "given back"),
            Self::Destroy => Text::new("销毁", "destroyed"),
        }
    }
}

impl CustodyFlag {
    /// For people: Chinese and English.
    pub fn text(self) -> Text {
        match self {
            Self::OtherSeals => {
                Text::new("封条编号与封样时不一致", "other seals than those that were put on")
            }
            Self::SealsBroken => Text::new("封条破损", "the seals were not whole"),
            Self::OtherHolder => {
                Text::new("交出人与上一环节的接收人不一致", "whoever gave it away had not got it")
            }
            Self::OpenedUnfilmed => Text::new("启封未录像", "opened without a recording"),
            Self::Gap => Text::new(
                "与上一环节间隔过长，其间去向不明",
                "long after the entry before it: nobody says where the sample was",
            ),
        }
    }
}
