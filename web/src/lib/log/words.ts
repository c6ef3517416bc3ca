import { shown } from '$lib/components/outcome';
import { m } from '$lib/paraglide/messages.js';

/** The outcomes that rows of the log can have. */
export const OUTCOMES = ['aired', 'partial', 'not_aired', 'on_air', 'missed', 'cancelled', 'superseded'];
/** The sorts of sound. */
export const KINDS = ['own', 'relay', 'live', 'emergency', 'ident'];
/** Who makes clips. */
export const SOURCES = ['own', 'district', 'province', 'central'];

/** How a row ended. */
export function outcomeName(outcome: string): string {
  return shown(outcome).label;
}

/** What sort of sound a row is. */
export function kindName(kind: string): string {
  const names: Record<string, () => string> = {
    own: m.log_kind_own,
    relay: m.log_kind_relay,
    live: m.log_kind_live,
    emergency: m.log_kind_emergency,
    ident: m.log_kind_ident,
    occurrence: m.log_kind_occurrence,
  };
  return names[kind]?.() ?? kind;
}

/** Who made a clip. */
export function sourceName(source: string): string {
  const names: Record<string, () => string> = {
    own: m.log_source_own,
    district: m.log_source_district,
    province: m.log_source_province,
    central: m.log_source_central,
  };
  return names[source]?.() ?? source;
}

/** What a record of the log says. */
export function recordName(record: string): string {
  const names: Record<string, () => string> = {
    rundown: m.log_record_rundown,
    intent: m.log_record_intent,
    end: m.log_record_end,
    closed: m.log_record_closed,
    proof: m.log_record_proof,
    correction: m.log_record_correction,
    mention: m.log_record_mention,
    withdrawal: m.log_record_withdrawal,
  };
  return names[record]?.() ?? record;
}

/** Whether the loudspeakers gave an airing back. */
export function proofName(verdict: string): string {
  const names: Record<string, () => string> = {
    heard: m.log_proof_heard,
    not_heard: m.log_proof_not_heard,
    unsure: m.log_proof_unsure,
  };
  return names[verdict]?.() ?? verdict;
}

/** What a correction changes. */
export function fieldName(field: string): string {
  const names: Record<string, () => string> = {
    title: m.log_field_title,
    topic: m.log_topic,
    campaign: m.log_campaign,
    author: m.log_author,
    counted: m.log_field_counted,
    note: m.log_note,
  };
  return names[field]?.() ?? field;
}
