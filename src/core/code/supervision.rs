//! Codes of problems: inspections and what belongs to them: programmes, label checks, rounds, recordings, bulletins; and the knowledge base.

/// Hands these rows on to the next macro, behind those that it was given.
macro_rules! supervision_codes {
    ($next:ident $($later:ident)*; $($rows:tt)*) => {
        $next! { $($later)*; $($rows)*
            // Inspections.
            InspectionState "inspection_state" 409 "检查状态不允许" "Not possible in the inspection\'s state"
                "检查的当前状态不允许此操作。请刷新后再操作。"
                "The present state of the inspection does not allow this. Load it again.";
            InspectionChanged "inspection_changed" 409 "检查已更新" "The inspection has changed"
                "在您查看之后，该检查已有新的步骤。请刷新后再操作。"
                "Steps were added after the version that you saw. Load the inspection again.";
            InspectionNumberTaken "inspection_number_taken" 409 "抽样单编号已登记" "The number of the form is taken"
                "组织部门已用该抽样单编号登记了内容不同的检查。请核对编号。"
                "The organiser has registered another inspection under this number. Check the number.";

            // Programmes.
            ProgrammeState "programme_state" 409 "计划状态不允许" "Not possible in the programme\'s state"
                "计划的当前状态不允许此操作。请刷新计划后再操作。"
                "The present state of the programme does not allow this. Load the programme again.";
            ProgrammeKind "programme_kind" 409 "计划类型不符" "Another kind of programme"
                "该计划的类型不适用此操作。请在相应类型的计划中操作。"
                "This is not for programmes of this kind. Do it in a programme of the right kind.";
            ProgrammeWithoutTargets "programme_without_targets" 409 "计划没有任务" "No targets"
                "计划还没有任务，不能提交审批。请先添加任务。"
                "The programme has no targets, so it cannot be handed in. Add some first.";
            SecondOfficerNeeded "second_officer_needed" 409 "须由另一名监管人员审批" "A second officer is needed"
                "起草或提交计划的人员不能审批。请由另一名监管人员审批。"
                "Whoever wrote or submitted the programme may not approve it. Another officer must.";
            FrameEmpty "frame_empty" 409 "抽样框为空" "Empty frame"
                "名录中没有符合任务的企业。请提供经营者名单。"
                "No operator of the register fits the target. Hand in a list of operators.";
            DrawSuperseded "draw_superseded" 409 "抽取已被取代" "Draw replaced"
                "该任务之后已重新抽取，本次抽取不再有效。请使用最近一次抽取。"
                "The target was drawn again since, so this draw is not in force. Use the last one.";
            // Support programmes.
            SupportMeasureState "support_measure_state" 409 "措施状态不允许" "Not possible in the measure\'s state"
                "措施的当前状态不允许此操作。请刷新后再操作。"
                "The present state of the measure does not allow this. Load it again.";
            SupportMeasuresBegun "support_measures_begun" 409 "基线晚于措施" "Baseline taken after the measures"
                "有措施已经开始，此时冻结的基线不能反映帮扶前的情况，不能批准。请另行起草，在措施开始前批准。"
                "A measure has begun, so a baseline that is frozen now would not be one from before. Approve a programme before its measures begin.";
            SupportTargetMissing "support_target_missing" 409 "目标不完整" "Incomplete target"
                "计划没有目标，或者目标没有样本数。请退回补充目标和判定所需的样本数。"
                "There is no target, or it does not say by how many results it is judged. Send it back, to be completed.";
            SupportBaselineEmpty "support_baseline_empty" 409 "基线没有样本" "No results for the baseline"
                "范围内批准前没有已确定的监督抽查结果，无法冻结基线。请扩大范围或者延长基线期间。"
                "There is no final result of sampling within the scope before the approval. Widen the scope or lengthen the period of the baseline.";
            SupportOverlap "support_overlap" 409 "与其他计划重叠" "Another programme claims the same enterprises"
                "其他帮扶计划已覆盖相同企业，须说明理由后才能批准。"
                "Another support programme claims the same enterprises. Say why this one goes on all the same.";
            SupportRecusalNeeded "support_recusal_needed" 409 "须说明回避安排" "A recusal is needed"
                "牵头产品医院既提供帮扶又收取费用，须说明回避安排并指定其他机构核验。"
                "The lead hospital helps and takes fees. Say how it recuses itself, and who verifies in its place.";
            SupportNotEvaluated "support_not_evaluated" 409 "尚未评估" "Not evaluated yet"
                "计划尚未评估，不能完成。请先评估。"
                "The programme was not evaluated, so it cannot be closed. Evaluate it first.";
            // Rounds of circuit consultation.
            CircuitMemberState "circuit_member_state" 409 "企业的当前状态不允许" "Not possible in the member\'s state"
                "该企业在巡回对象中的当前状态不允许此操作。请刷新后再操作。"
                "The present state of the member does not allow this. Load it again.";
            CircuitRoundState "circuit_round_state" 409 "轮次状态不允许" "Not possible in the round\'s state"
                "巡回轮次的当前状态不允许此操作。请刷新后再操作。"
                "The present state of the round does not allow this. Load it again.";
            CircuitRouteImpossible "circuit_route_impossible" 409 "无法计算路线" "No routes can be worked out"
                "本轮没有可以安排的企业、专家或工作日。请按提示补充后重试。"
                "The round has no members, experts or working days. Add what is named and try again.";
            // Label checks and quick tests.
            LabelChecked "label_checked" 409 "检查结果已登记" "Result entered already"
                "该检查已登记结果。登记有误的，请在办理过程中更正（作废）该步骤后重新登记。"
                "The inspection has its result already. Where that was wrong, annul that step in the history and enter it anew.";
            // Cross-inspections.
            CrossRoundState "cross_round_state" 409 "互检轮次状态不允许" "Not possible in the round\'s state"
                "互检轮次的当前状态不允许此操作。请刷新后再操作。"
                "The present state of the round does not allow this. Load it again.";
            CrossAssignmentImpossible "cross_assignment_impossible" 409 "互检样品无法分配" "The products cannot be assigned"
                "没有符合回避要求的分配方案，或者参加企业、申报、产品不齐。未作任何分配。请按提示补充后重试。"
                "No assignment keeps everybody from products of their own, of related enterprises and of competitors, or enterprises, declarations or products are missing. Nothing was assigned. Add what is named and try again.";
            CrossResultFixed "cross_result_fixed" 409 "互检结果不能再修改" "The result can no longer be changed"
                "检验机构的结果已录入，互检结果不能再修改。"
                "The laboratory's result is there, so the participant's own one cannot be changed any more.";
            // Recordings.
            RecordingState "recording_state" 409 "录制状态不允许" "Not possible in the recording\'s state"
                "该录制已结束，或其文件已按保存期限清除，不能再办理。请刷新后再操作。"
                "The recording was brought to its end, or its files were erased after their period. Load it again.";
            RecordingDevice "recording_device" 409 "不是开始录制的设备" "Another device"
                "该录制由另一台设备开始。请用原设备上传，或用本设备重新开始录制。"
                "The recording was begun by another device. Upload from that one, or begin another recording with this one.";
            RecordingSegmentTaken "recording_segment_taken" 409 "分段已存在" "Segment exists already"
                "该序号的分段已上传过另一文件，或该文件已用于其他分段。录像不得替换或重复使用。"
                "Another file was sent for this number, or this file is another segment already. Recordings are neither replaced nor used twice.";
            CustodyState "custody_state" 409 "样品状态不允许" "Not possible in the sample\'s state"
                "样品的当前状态不允许此环节，或时间早于上一环节。请刷新后再登记。"
                "The present state of the sample does not allow this, or it is earlier than the entry before it. Load it again.";
            RangeNotSatisfiable "range_not_satisfiable" 416 "请求的范围无效" "No such range"
                "请求的字节范围超出文件大小。文件大小见 detail。"
                "The range goes beyond the file. detail names its size.";
            // Bulletins.
            BulletinState "bulletin_state" 409 "通报状态不允许" "Not possible in the bulletin\'s state"
                "通报的当前状态不允许此操作。请刷新通报后再操作。"
                "The present state of the bulletin does not allow this. Load the bulletin again.";
            BulletinEmpty "bulletin_empty" 409 "通报没有结果" "No results"
                "没有符合通报范围、已经确定且尚未通报的检查结果。请修改通报范围。"
                "No final result that is not published yet is in the scope of the bulletin. Change its scope.";
            BulletinTooLong "bulletin_too_long" 409 "通报结果过多" "Too many results"
                "符合通报范围的结果超过一份通报的上限。请按地区或时间拆分为多份通报。"
                "More results are in the scope of the bulletin than one may have. Make several by region or period.";
            BulletinChanged "bulletin_changed" 409 "通报的结果已变化" "Results have changed"
                "提交之后有结果被更正、推翻或已在其他通报中公布。请退回通报，重新提交。"
                "Since it was handed in results were corrected or overturned, or published by another bulletin. Send it back, to be handed in again.";

            // Risk.
            AssessmentState "assessment_state" 409 "研判状态不允许" "Not possible in the assessment\'s state"
                "研判的当前状态不允许此操作。请刷新后再操作。"
                "The present state of the assessment does not allow this. Load it again.";
            AssessmentChanged "assessment_changed" 409 "研判已被修改" "The assessment has changed"
                "您读取之后，研判已被修改。请重新读取，核对后以新的版本提交。"
                "The assessment was changed after you read it. Read it again, check your change and send it with the new version.";

            // Credit.
            CreditTaskState "credit_task_state" 409 "任务状态不允许" "Not possible in the task\'s state"
                "该任务已完成或已终止，不能再办理。请刷新后查看。"
                "The task is done or was dropped. Load the list again.";
            // Credit conduct.
            ConductState "conduct_state" 409 "信用行为记录状态不允许" "Not possible in the entry\'s state"
                "信用行为记录的当前状态不允许此操作。请刷新后再操作。"
                "The present state of the entry of credit conduct does not allow this. Load it again.";
            ConductOutOfScope "conduct_out_of_scope" 422 "不属于信用记分范围" "Outside the scope of credit rules"
                "该事项依规定不纳入产品质量信用记分，依据见 detail。"
                "The rules of credit do not cover this matter; the detail names the article.";
            ObjectionDecided "objection_decided" 409 "异议已处理" "The objection was decided"
                "对该记录的异议已经处理。对处理结果不服的，可依法申请行政复议或者提起行政诉讼。"
                "An objection to this entry was decided. Whoever disagrees may ask for administrative reconsideration or go to court.";
            RepairConditionsUnmet "repair_conditions_unmet" 409 "信用修复条件未满足" "Conditions of repair not met"
                "信用修复条件尚未全部满足，errors 逐项列出。"
                "Not all conditions of credit repair are met; errors lists those that are not.";

            // Engagements.
            EngagementState "engagement_state" 409 "活动状态不允许" "Not possible in the engagement\'s state"
                "活动的当前状态不允许此操作。请刷新后再操作。"
                "The present state of the engagement does not allow this. Load it again.";
            EngagementChanged "engagement_changed" 409 "活动已更新" "The engagement has changed"
                "在您查看之后，该活动已有新的进展。请刷新后再操作。"
                "Steps were added after the version that you saw. Load the engagement again.";
            VisitsPerDay "visits_per_day" 409 "专家当日上门次数已满" "Too many visits on that day"
                "该专家当日的上门次数已达上限。请选择其他日期。"
                "The expert has as many visits on that day as are allowed. Choose another day.";
            VisitOverlaps "visit_overlaps" 409 "上门时间冲突" "Visits overlap"
                "该专家在此时间已约定其他上门。请选择其他时间。"
                "The expert has agreed to another visit at that time. Choose another time.";
            VisitExpertExcluded "visit_expert_excluded" 409 "专家应当回避" "The expert must not visit"
                "该专家因利害关系、回避或资格原因不能上门帮扶该企业。原因见 detail。"
                "A conflict of interest, the enterprise's refusal or a missing approval keeps the expert from this enterprise. detail names it.";
            OutsideCohort "outside_cohort" 409 "企业不在计划名单内" "Outside the cohort"
                "该企业不在该计划的企业名单内，不能按该计划上门。"
                "The enterprise is not among those for whom the programme was made, so it is not visited under it.";
            PhotoUsedElsewhere "photo_used_elsewhere" 409 "照片已用于其他企业" "The photo is of another enterprise"
                "同一张照片不能用于两家企业。请上传本次拍摄的照片。"
                "One photo cannot serve for two enterprises. Upload one that was taken here.";
            MinutesConfirmed "minutes_confirmed" 409 "纪要已确认" "The minutes are confirmed"
                "纪要已经确认，不能再修改或者重复确认。"
                "The minutes were confirmed, so they are neither changed nor confirmed again.";
            TooManyQuestions "too_many_questions" 429 "提问过多" "Too many questions"
                "贵企业在本场线上问诊会的提问数已达上限。其余问题可以另行发起问诊。"
                "The enterprise has asked as many questions as it may in this session. Open a consultation for the others.";
            TooManyCalendarFeeds "too_many_calendar_feeds" 409 "日历订阅过多" "Too many calendar feeds"
                "日历订阅地址已达上限。请先停用不再使用的地址。"
                "There are as many calendar feeds as are allowed. Revoke one that is not used.";
            // Letters, interviews and listings.
            OversightState "oversight_state" 409 "督促事项状态不允许" "Not possible in its present state"
                "督促事项的当前状态不允许此操作。请刷新后再操作。"
                "The present state of the letter, interview or listing does not allow this. Load it again.";
            OversightChanged "oversight_changed" 409 "督促事项已更新" "The letter, interview or listing has changed"
                "在您查看之后，该督促事项已有新的步骤。请刷新后再操作。"
                "Steps were added after the version that you saw. Load the letter, interview or listing again.";
            OversightDirection "oversight_direction" 422 "不能发往该对象" "Not in this direction"
                "提醒函、约谈和挂牌督办只能发往下级地区、本辖区内的企业和检验机构，不能发往本级、上级或者辖区以外的地区。"
                "Letters, interviews and listings go to regions under one's own and to enterprises and laboratories within it, never upwards or sideways.";
            OversightUnanswered "oversight_unanswered" 409 "对方尚未办理" "Nothing was answered yet"
                "对方尚未回复或者报告，期限也未届满，不能办结或者核验。"
                "Who was addressed has not answered yet and the term has not passed, so it can be neither closed nor verified.";
            OversightMinutes "oversight_minutes" 409 "纪要签字顺序不允许" "Minutes not in this order"
                "约谈纪要须先由被约谈方更正发言并签字，再由约谈方签字；逾期未签字的须先注明。"
                "The interviewed correct their words and sign before the issuing side does. Where they do not sign in time, that is noted first.";
            OversightTooEarly "oversight_too_early" 409 "约谈日期未到" "Before the day of the interview"
                "约谈日期尚未到，不能登记已约谈或者未到场。"
                "The day of the interview has not come, so it can't be entered as held or missed.";
            OversightResponsibilityOpen "oversight_responsibility_open" 409 "责任任务尚未完成" "A responsibility is open"
                "四项责任的任务全部完成后，才能申请摘牌或者摘牌。未完成的责任见 detail。"
                "A listing is taken off once the tasks of all its responsibilities are done. detail names those that are open.";
            OversightExtended "oversight_extended" 409 "期限不能再延长" "No more extensions"
                "挂牌督办期限的延长次数已达上限。"
                "The term of a listing was extended as often as the rules allow.";
            AttendanceCodeExpired "attendance_code_expired" 409 "签到码已过期" "The attendance code has expired"
                "签到码每分钟更换，两分钟内有效。请重新扫描现场显示的二维码。"
                "The code changes each minute and is good for two. Scan the one that is shown now.";
            CommitmentUndecided "commitment_undecided" 409 "尚不能认定承诺履行情况" "The commitment cannot be decided yet"
                "承诺事项全部报告完成后方可认定已履行，期限届满后方可认定未履行。原因见 detail。"
                "A commitment is found kept once all its promises are reported as carried out, and broken once the term of one is over. detail says what is missing.";

            // Quality credit codes.
            CreditCodeState "credit_code_state" 409 "品质信用码状态不允许" "Not possible in the quality credit code\'s state"
                "品质信用码的当前状态不允许此操作。请刷新后再操作。"
                "The present state of the quality credit code does not allow this. Load it again.";
            CreditCodeExists "credit_code_exists" 409 "该产品已有品质信用码" "The product has a quality credit code"
                "该产品已有品质信用码，或者已经提交申请。请在已有的码中办理。"
                "The product has a quality credit code, or one is applied for. Go on with that one.";
            TooManyCodeApplications "too_many_code_applications" 429 "品质信用码申请过多" "Too many applications for quality credit codes"
                "企业待审核的申请或者当日提交的申请已达上限。请待其中一件审核后，或者在 Retry-After 所示的秒数后再提交。"
                "The enterprise has as many applications as it may have waiting or within a day. Apply once one of them is decided, or after the seconds in Retry-After.";
            CreditCodeConditions "credit_code_conditions" 409 "不符合授码条件" "Conditions are not met"
                "有条件不符合，不能授码或续期。不符合的条件见 detail。"
                "A condition is not met, so the code can be neither granted nor renewed. detail names what is missing.";
            CreditCodeTooEarly "credit_code_too_early" 409 "尚不能申请续期" "Too early for a renewal"
                "尚未到可以申请续期的日期，可以申请的日期见 detail。"
                "The term of the code ends too late for a renewal yet. detail names the first day.";
            CreditCodeVersions "credit_code_versions" 409 "印制批次过多" "Too many print runs"
                "该码的印制批次已达上限。请停止新增，或者为产品另行申请。"
                "The code has as many print runs as it may have.";

            // Campaigns, hazards, vouchers, online sessions.
            HazardsOpen "hazards_open" 409 "尚有隐患未销号" "Hazards are open"
                "该专项行动尚有隐患未销号，不能结束，数目见 detail。请先逐项销号或作废。"
                "Hazards of the campaign are open, so it can't be closed; detail says how many. Close or annul each of them first.";
            HazardState "hazard_state" 409 "隐患状态不允许" "Not possible in the hazard\'s state"
                "隐患的当前状态不允许此操作。请刷新后再操作。"
                "The present state of the hazard does not allow this. Load it again.";
            HazardVerifier "hazard_verifier" 409 "须由他人核查" "Another person verifies"
                "发现隐患的人员不能核查整改情况。请由另一名监管人员核查。"
                "Who found a hazard may not verify its correction. Another officer does.";
            CampaignState "campaign_state" 409 "专项行动未在进行" "The campaign is not under way"
                "专项行动尚未批准或者已经结束，不能登记。"
                "The campaign is not approved yet, or is closed; nothing can be entered for it.";
            VoucherIssueState "voucher_issue_state" 409 "检测券批次状态不允许" "Not possible in the issue\'s state"
                "检测券批次的当前状态或日期不允许此操作，原因见 detail。"
                "The present state of the issue of vouchers, or the day, does not allow this; detail says why.";
            VoucherNotEligible "voucher_not_eligible" 409 "不符合申领条件" "Not eligible"
                "企业不符合本批检测券的申请条件，原因见 detail。"
                "The enterprise can't have a voucher of this issue; detail says why.";
            VoucherCode "voucher_code" 409 "券码不能使用" "The code can't be used"
                "券码不存在、已经使用或者已被新码取代。请由企业重新生成券码。"
                "There is no such code, or it was used or replaced. The enterprise makes a new one.";
            TooManyVoucherCodes "too_many_voucher_codes" 429 "生成券码过于频繁" "Too many codes of the voucher"
                "该检测券 24 小时内生成的券码已达上限。请使用现有的券码，或者在 Retry-After 所示的秒数后重试。"
                "As many codes of the voucher were made within 24 hours as may be. Use the present one, or try again after the seconds in Retry-After.";
            VoucherState "voucher_state" 409 "检测券不能使用" "The voucher can't be used"
                "检测券已用完、过期、作废，或者余额不足，原因见 detail。"
                "The voucher is spent, expired or revoked, or less is left of it; detail says which.";
            OnlineSessionState "online_session_state" 409 "线上问诊会状态不允许" "Not possible in the session\'s state"
                "线上问诊会的当前状态或时间不允许此操作，原因见 detail。"
                "The present state of the online session, or the time, does not allow this; detail says why.";
            OnlineSessionFull "online_session_full" 409 "名额已满" "The session is full"
                "报名企业已达上限。有企业退出后可以再报名。"
                "As many enterprises as there are places have signed up. Try again when one leaves.";

            // The knowledge base.
            ArticleState "article_state" 409 "知识条目状态不允许" "Not possible in the article\'s state"
                "知识条目的当前状态不允许此操作。请刷新后再操作。"
                "The present state of the article does not allow this. Load it again.";
            ArticleExists "article_exists" 409 "知识条目已存在" "There is an article already"
                "该问诊已整理为知识条目。请在该条目中办理。"
                "The consultation has an article already. Go on in that one.";
            FindingsUnconfirmed "findings_unconfirmed" 409 "脱敏结果尚未全部确认" "Findings not confirmed"
                "条目中还有未确认的脱敏结果。请逐项替换或确认无需替换后再提交。"
                "The stripping found what is not confirmed yet. Replace each finding or say that it is harmless, then go on.";
        }
    };
}
