//! Codes of problems: inspections and what belongs to them: programmes, label checks, rounds, recordings, bulletins; and the knowledge base.

/// Hands these rows on to the next macro, behind those that it was given.
macro_rules! supervision_codes {
    ($next:ident $($later:ident)*; $($rows:tt)*) => {
        $next! { $($later)*; $($rows)*
            // Inspections.
            InspectionState "inspection_state" 409 "检查状态不允许" "Not in this state of the inspection"
                "检查的当前状态不允许此操作。请刷新后再操作。"
                "The present state of the inspection does not allow this. Load it again.";
            InspectionChanged "inspection_changed" 409 "检查已更新" "The inspection has changed"
                "您看到的版本之后，检查已有新的步骤。请刷新后再操作。"
                "There are steps after the version that you saw. Load the inspection again.";
            InspectionNumberTaken "inspection_number_taken" 409 "抽样单编号已登记" "The number of the form is taken"
                "组织部门已用该抽样单编号登记了内容不同的检查。请核对编号。"
                "The organiser has registered another inspection under this number. Check the number.";

            // Programmes.
            ProgrammeState "programme_state" 409 "计划状态不允许" "Not in this state of the programme"
                "计划的当前状态不允许此操作。请刷新计划后再操作。"
                "The present state of the programme does not allow this. Load the programme again.";
            ProgrammeWithoutTargets "programme_without_targets" 409 "计划没有任务" "No targets"
                "计划还没有任务，不能提交审批。请先添加任务。"
                "The programme has no targets, so it cannot be handed in. Add some first.";
            SecondOfficerNeeded "second_officer_needed" 409 "须由另一名监管人员审批" "A second officer is needed"
                "起草或提交计划的人员不能审批。请由另一名监管人员审批。"
                "Who wrote the programme or handed it in may not approve it. Another officer does.";
            FrameEmpty "frame_empty" 409 "抽样框为空" "Empty frame"
                "登记库中没有符合任务的企业。请提供经营者名单。"
                "No operator of the register fits the target. Hand in a list of operators.";
            DrawSuperseded "draw_superseded" 409 "抽取已被取代" "Draw replaced"
                "该任务之后已重新抽取，本次抽取不再有效。请使用最近一次抽取。"
                "The target was drawn again since, so this draw is not in force. Use the last one.";
            // Label checks and quick tests.
            LabelChecked "label_checked" 409 "检查结果已登记" "The result is there already"
                "该检查已登记结果。登记有误的，请撤回该检查后重新登记。"
                "The inspection has its result already. Where that was wrong, withdraw the inspection and enter it anew.";
            // Cross-inspections.
            CrossRoundState "cross_round_state" 409 "互检轮次状态不允许" "Not in this state of the round"
                "互检轮次的当前状态不允许此操作。请刷新后再操作。"
                "The present state of the round does not allow this. Load it again.";
            CrossAssignmentImpossible "cross_assignment_impossible" 409 "互检样品无法分配" "The products cannot be assigned"
                "没有符合回避要求的分配方案，或者参加企业、申报、产品不齐。未作任何分配。请按提示补充后重试。"
                "No assignment keeps everybody from own, kin's and rivals' products, or enterprises, declarations or products are missing. Nothing was assigned. Add what is named and try again.";
            CrossResultFixed "cross_result_fixed" 409 "互检结果不能再修改" "The result stays as it is"
                "检验机构的结果已录入，互检结果不能再修改。"
                "The laboratory's result is there, so the participant's own one cannot be changed any more.";
            // Recordings.
            RecordingState "recording_state" 409 "录制状态不允许" "Not in this state of the recording"
                "该录制已结束，或其文件已按保存期限清除，不能再办理。请刷新后再操作。"
                "The recording was brought to its end, or its files were erased after their period. Load it again.";
            RecordingDevice "recording_device" 409 "不是开始录制的设备" "Another device"
                "该录制由另一台设备开始。请用原设备上传，或用本设备重新开始录制。"
                "The recording was begun by another device. Upload from that one, or begin another recording with this one.";
            RecordingSegmentTaken "recording_segment_taken" 409 "分段已存在" "The segment is there already"
                "该序号的分段已上传过另一文件，或该文件已用于其他分段。录像不得替换或重复使用。"
                "Another file was sent for this number, or this file is another segment already. Recordings are neither replaced nor used twice.";
            CustodyState "custody_state" 409 "样品状态不允许" "Not in this state of the sample"
                "样品的当前状态不允许此环节，或时间早于上一环节。请刷新后再登记。"
                "The present state of the sample does not allow this, or it is earlier than the entry before it. Load it again.";
            RangeNotSatisfiable "range_not_satisfiable" 416 "请求的范围无效" "No such range"
                "请求的字节范围超出文件大小。文件大小见 detail。"
                "The range goes beyond the file. detail names its size.";
            // Bulletins.
            BulletinState "bulletin_state" 409 "通报状态不允许" "Not in this state of the bulletin"
                "通报的当前状态不允许此操作。请刷新通报后再操作。"
                "The present state of the bulletin does not allow this. Load the bulletin again.";
            BulletinEmpty "bulletin_empty" 409 "通报没有结果" "No results"
                "没有符合通报范围、已经确定且尚未通报的检查结果。请修改通报范围。"
                "No final result that is not published yet is in the scope of the bulletin. Change its scope.";
            BulletinTooLong "bulletin_too_long" 409 "通报结果过多" "Too many results"
                "符合通报范围的结果超过一份通报的上限。请按地区或时间分成几份。"
                "More results are in the scope of the bulletin than one may have. Make several by region or period.";
            BulletinChanged "bulletin_changed" 409 "通报的结果已变化" "Results have changed"
                "提交之后有结果被更正、推翻或已在其他通报中公布。请退回通报，重新提交。"
                "Since it was handed in results were corrected or overturned, or published by another bulletin. Send it back, to be handed in again.";

            // Credit.
            CreditTaskState "credit_task_state" 409 "任务状态不允许" "Not in this state of the task"
                "该任务已完成或已终止，不能再办理。请刷新后查看。"
                "The task is done or was dropped. Load the list again.";
            // Credit conduct.
            ConductState "conduct_state" 409 "信用行为记录状态不允许" "Not in this state of the entry"
                "信用行为记录的当前状态不允许此操作。请刷新后再操作。"
                "The present state of the entry of credit conduct does not allow this. Load it again.";
            ConductOutOfScope "conduct_out_of_scope" 422 "不属于信用记分范围" "Outside the scope of credit rules"
                "该事项依规定不纳入产品质量信用记分，详情中注明依据。"
                "The rules of credit do not cover this matter; the detail names the article.";
            ObjectionDecided "objection_decided" 409 "异议已处理" "The objection was decided"
                "对该记录的异议已经处理。对处理结果不服的，可依法申请行政复议或者提起行政诉讼。"
                "An objection to this entry was decided. Whoever disagrees may ask for administrative reconsideration or go to court.";
            RepairConditionsUnmet "repair_conditions_unmet" 409 "信用修复条件未满足" "Conditions of repair not met"
                "信用修复条件尚未全部满足，errors 逐项列出。"
                "Not all conditions of credit repair are met; errors lists those that are not.";

            // Quality credit codes.
            CreditCodeState "credit_code_state" 409 "品质信用码状态不允许" "Not in this state of the quality credit code"
                "品质信用码的当前状态不允许此操作。请刷新后再操作。"
                "The present state of the quality credit code does not allow this. Load it again.";
            CreditCodeExists "credit_code_exists" 409 "该产品已有品质信用码" "The product has a quality credit code"
                "该产品已有品质信用码，或者已经提交申请。请在已有的码中办理。"
                "The product has a quality credit code, or one is applied for. Go on with that one.";
            CreditCodeConditions "credit_code_conditions" 409 "不符合授码条件" "Conditions are not met"
                "有条件不符合，不能授码或续期。不符合的条件见 detail。"
                "A condition is not met, so the code can be neither granted nor renewed. detail names what is missing.";
            CreditCodeTooEarly "credit_code_too_early" 409 "尚不能申请续期" "Too early for a renewal"
                "距有效期届满尚早，还不能申请续期。可申请的日期见 detail。"
                "The term of the code ends too late for a renewal yet. detail names the first day.";
            CreditCodeVersions "credit_code_versions" 409 "印制批次过多" "Too many print runs"
                "该码的印制批次已达上限。请停止新增，或者为产品另行申请。"
                "The code has as many print runs as it may have.";

            // The knowledge base.
            ArticleState "article_state" 409 "知识条目状态不允许" "Not in this state of the article"
                "知识条目的当前状态不允许此操作。请刷新后再操作。"
                "The present state of the article does not allow this. Load it again.";
            ArticleExists "article_exists" 409 "知识条目已存在" "There is an article already"
                "该问诊已整理为知识条目。请在该条目中办理。"
                "The consultation has an article already. Go on in that one.";
            FindingsUnconfirmed "findings_unconfirmed" 409 "脱敏结果尚未全部确认" "Findings not confirmed"
                "条目中还有未确认的脱敏结果。请逐项替换或确认无妨后再提交。"
                "The stripping found what is not confirmed yet. Replace each finding or say that it is harmless, then go on.";
        }
    };
}
