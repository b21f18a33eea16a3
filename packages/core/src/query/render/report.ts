/** An answer in the one form that every format is made from. */
export interface Report {
  /** What was asked. */
  readonly title: string;
  /** What it comes to, one sentence each. */
  readonly summary: readonly string[];
  readonly columns: readonly string[];
  /** As many cells a row as there are columns. */
  readonly rows: readonly (readonly string[])[];
  /** Who is connected to whom, for drawings. */
  readonly edges: readonly ReportEdge[];
  /** Present where a grid says more than lines. */
  readonly grid?: ReportGrid;
  /** Plain data for JSON. */
  readonly data: unknown;
}

/** A line of a drawing. */
export interface ReportEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly tone: Tone;
}

/** Squares of a drawing. */
export interface ReportGrid {
  readonly rowNames: readonly string[];
  readonly columnNames: readonly string[];
  /** Row by row. */
  readonly tones: readonly (readonly Tone[])[];
}

/** What a line or square stands for; drawings say it by shape or letter as well as by colour. */
export type Tone = "good" | "partial" | "unknown" | "bad";
