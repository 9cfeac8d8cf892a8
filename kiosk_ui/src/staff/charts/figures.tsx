import { useState, type ReactElement } from "react";
import type { FiguresReport } from "../../contract";
import { useWords } from "../language";
import { Bars } from "./Bars";
import { Columns } from "./Columns";
import { Figure } from "./Figure";
import { Heat } from "./Heat";
import { Lines } from "./Lines";
import { count, moment, number, part, share, type Count } from "./numbers";
import { WORDS } from "./words";

interface FigureProps {
  report: FiguresReport;
  /** Where a table can be downloaded. */
  csv: (table: string) => string;
}

/** Visits by hour, day or month. */
export function OverTime({ report, csv }: FigureProps): ReactElement {
  const words = useWords(WORDS);
  const points = report.series.map((point) => ({
    ...point,
    id: point.at,
    label: moment(point.at, "short"),
    said: words.timeSaid(moment(point.at), count(point.visits), count(point.completed)),
  }));
  const hours = report.days.first === report.days.last;
  return (
    <Figure
      id="time"
      title={words.time}
      csv={csv("time")}
      legend={[
        { tone: "b", text: words.visits },
        { tone: "a", text: words.completed },
      ]}
      head={[hours ? words.clock : words.day, words.visits, words.completed]}
      rows={points.map(({ at, visits, completed }) => [moment(at), count(visits), count(completed)])}
      chart={
        hours ? (
          <Columns
            label={words.time}
            columns={points.map(({ visits, completed, ...point }) => ({ ...point, value: visits, inner: completed }))}
          />
        ) : (
          <Lines
            label={words.time}
            points={points.map(({ visits, completed, ...point }) => ({ ...point, upper: visits, lower: completed }))}
          />
        )
      }
    />
  );
}

/** Weekdays and hours: only those in which somebody comes at all. */
export function Hours({ report, csv }: FigureProps): ReactElement {
  const words = useWords(WORDS);
  const busy = Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => report.heat.some((day) => day[hour] !== 0));
  const [from, to] = [busy[0] ?? 0, busy.at(-1) ?? -1];
  const oneDay = report.days.first === report.days.last;
  const hours = Array.from({ length: to - from + 1 }, (_, at) => from + at);
  const days = words.weekdays
    .map((name, at) => ({ id: name, label: name.slice(0, 2), said: name, at }))
    .filter(({ at }) => (at < 5 && !oneDay) || report.heat[at]?.some((value) => value !== 0));
  const cells = days.map(({ at }) => hours.map((hour) => report.heat[at]?.[hour] ?? (null as Count)));
  return (
    <Figure
      id="hours"
      title={words.hours}
      note={words.hoursNote}
      csv={csv("hours")}
      head={[words.weekday, ...hours.map(words.hour)]}
      rows={hours.length ? days.map(({ said }, y) => [said, ...(cells[y] ?? []).map(count)]) : []}
      chart={
        <Heat
          label={words.hours}
          rows={days}
          columns={hours.map((hour) => ({ id: String(hour), label: String(hour), said: words.hour(hour) }))}
          cells={cells}
          unit={words.visits}
        />
      }
    />
  );
}

/** How requests end, by service. */
export function Services({ report, csv }: FigureProps): ReactElement {
  const words = useWords(WORDS);
  return (
    <Figure
      id="services"
      title={words.services}
      note={words.servicesNote}
      csv={csv("services")}
      legend={[
        { tone: "a", text: words.completed },
        { tone: "b", text: words.notDone },
      ]}
      head={[words.service, words.requests, words.completed, words.left, words.timeout, words.stopped]}
      rows={report.by_service.map((row) => [
        row.label,
        ...[row.requests, row.completed, row.left, row.timeout, row.stopped].map(count),
      ])}
      chart={
        <Bars
          label={words.services}
          bars={report.by_service.map((row) => ({
            id: row.id,
            label: row.label,
            segments: [
              { tone: "a", value: row.completed },
              { tone: "b", value: (row.requests ?? 0) - (row.completed ?? 0) },
            ],
            value: `${count(row.requests)} · ${share(part(row.completed, row.requests))}`,
            said: words.serviceSaid(row.label, count(row.requests), count(row.completed)),
          }))}
        />
      }
    />
  );
}

/** One service's stations: who came so far, who stopped. */
export function Funnels({ report, csv }: FigureProps): ReactElement {
  const words = useWords(WORDS);
  const [chosen, setChosen] = useState("");
  const funnel = report.funnels.find(({ id }) => id === chosen) ?? report.funnels[0];
  return (
    <Figure
      id="funnel"
      title={words.funnel}
      note={words.funnelNote}
      csv={csv("funnel")}
      choice={
        funnel && (
          <label className="filters__field">
            <span className="kern-label">{words.service}</span>
            <select
              className="kern-form-input__input filters__input"
              data-id="funnel-service"
              value={funnel.id}
              onChange={(event) => setChosen(event.target.value)}
            >
              {report.funnels.map(({ id, label }) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        )
      }
      legend={[
        { tone: "a", text: words.stay },
        { tone: "c", text: words.ended },
      ]}
      head={[words.step, words.reached, words.ended]}
      rows={(funnel?.steps ?? []).map((step) => [step.label, count(step.reached), count(step.ended)])}
      chart={
        <Bars
          label={`${words.funnel} ${funnel?.label ?? ""}`}
          bars={(funnel?.steps ?? []).map((step) => ({
            id: step.id,
            label: step.label,
            segments: [
              { tone: "a", value: (step.reached ?? 0) - (step.ended ?? 0) },
              { tone: "c", value: step.ended },
            ],
            value: `${count(step.reached)}${step.ended === 0 ? "" : `  ${words.endedShort(count(step.ended))}`}`,
            said: words.funnelSaid(step.label, count(step.reached), count(step.ended)),
          }))}
        />
      }
    />
  );
}

/** Visits by language, and how well they were understood. */
export function Languages({ report, csv }: FigureProps): ReactElement {
  const words = useWords(WORDS);
  return (
    <Figure
      id="languages"
      title={words.languages}
      csv={csv("languages")}
      head={[words.language, words.visits, words.understood]}
      rows={report.by_language.map((row) => [row.label, count(row.visits), share(row.understood)])}
      chart={
        <Bars
          label={words.languages}
          bars={report.by_language.map((row) => ({
            id: row.code,
            label: row.label,
            segments: [{ tone: "a", value: row.visits }],
            value: count(row.visits),
            said: words.languageSaid(row.label, count(row.visits), share(row.understood)),
          }))}
        />
      }
    />
  );
}

/** Which service in which language; small numbers are not told. */
export function Cross({ report, csv }: FigureProps): ReactElement {
  const words = useWords(WORDS);
  return (
    <Figure
      id="cross"
      title={words.cross}
      note={words.crossNote}
      csv={csv("cross")}
      head={[words.service, ...report.cross.map(({ label }) => label)]}
      rows={report.cross_services.map((service, at) => [
        service.label,
        ...report.cross.map(({ counts }) => count(counts[at] ?? null)),
      ])}
    />
  );
}

/** Voice, screen, keypad. */
export function Ways({ report, csv }: FigureProps): ReactElement {
  const words = useWords(WORDS);
  const ways = (["touch", "voice", "keypad"] as const).map((way) => ({ way, value: report.ways[way] }));
  return (
    <Figure
      id="ways"
      title={words.ways}
      note={words.waysNote}
      csv={csv("ways")}
      head={[words.what, words.visits]}
      rows={ways.map(({ way, value }) => [words.way[way], count(value)])}
      chart={
        <Bars
          label={words.ways}
          bars={ways.map(({ way, value }) => ({
            id: way,
            label: words.way[way],
            segments: [{ tone: "a", value }],
            value: count(value),
            said: `${words.way[way]}: ${count(value)}`,
          }))}
        />
      }
    />
  );
}

/** How long one waits to be called. */
export function Waiting({ report, csv }: FigureProps): ReactElement {
  const words = useWords(WORDS);
  const every = report.waits[0];
  const last = report.wait_bins.at(-1)?.minutes;
  return (
    <Figure
      id="waiting"
      title={words.waiting}
      note={words.waitingNote}
      csv={csv("waiting")}
      choice={
        every && (
          <p className="figure__line">{words.waitLine(number(every.mean), number(every.median), number(every.p90))}</p>
        )
      }
      head={[words.service, words.calls, words.mean, words.median, words.p90, words.work]}
      rows={report.waits.map((row) => [
        row.label || words.allServices,
        count(row.count),
        ...[row.mean, row.median, row.p90, row.work].map(number),
      ])}
      chart={
        <Columns
          label={words.waiting}
          columns={report.wait_bins.map((bin) => ({
            id: String(bin.minutes),
            label: bin.minutes === 60 ? "60+" : String(bin.minutes),
            value: bin.count,
            said:
              bin.minutes === 60 && bin.minutes === last
                ? words.waitLast(bin.minutes, count(bin.count))
                : words.waitSaid(bin.minutes, count(bin.count)),
          }))}
        />
      }
    />
  );
}

/** What visitors say in the end. */
export function Thumbs({ report, csv }: FigureProps): ReactElement {
  const words = useWords(WORDS);
  const rows = report.by_service.filter((row) => row.thumbs_up !== 0 || row.thumbs_down !== 0);
  return (
    <Figure
      id="thumbs"
      title={words.thumbs}
      note={words.thumbsNote}
      csv={csv("services")}
      legend={[
        { tone: "a", text: words.up },
        { tone: "c", text: words.down },
      ]}
      head={[words.service, words.up, words.down]}
      rows={rows.map((row) => [row.label, count(row.thumbs_up), count(row.thumbs_down)])}
      chart={
        <Bars
          label={words.thumbs}
          bars={rows.map((row) => ({
            id: row.id,
            label: row.label,
            segments: [
              { tone: "a", value: row.thumbs_up },
              { tone: "c", value: row.thumbs_down },
            ],
            value: `${count(row.thumbs_up)} : ${count(row.thumbs_down)}`,
            said: words.thumbsSaid(row.label, count(row.thumbs_up), count(row.thumbs_down)),
          }))}
        />
      }
    />
  );
}

/** What failed, how long, how often. */
export function Outages({ report, csv }: FigureProps): ReactElement {
  const words = useWords(WORDS);
  return (
    <Figure
      id="devices"
      title={words.devices}
      note={words.devicesNote}
      csv={csv("devices")}
      head={[words.device, words.failures, words.down_minutes, words.mtbf]}
      rows={report.devices.map((row) => [
        `${row.kiosk}: ${row.label}`,
        count(row.failures),
        count(row.minutes),
        number(row.mtbf_hours),
      ])}
      chart={
        <Bars
          label={words.devices}
          bars={report.devices.map((row) => ({
            id: `${row.kiosk} ${row.device}`,
            label: `${row.kiosk}: ${row.label}`,
            segments: [{ tone: "c", value: row.failures }],
            value: `${count(row.failures)} · ${count(row.minutes)} min`,
            said: words.deviceSaid(`${row.kiosk}: ${row.label}`, row.failures, row.minutes),
          }))}
        />
      }
    />
  );
}

/** Sentences that were not understood, where the town keeps them; their number otherwise. */
export function Sentences({ report, csv }: FigureProps): ReactElement {
  const words = useWords(WORDS);
  if (!report.keeps_sentences) {
    return (
      <section className="kern-card card figure" aria-labelledby="sentences" data-part="figure" data-id="sentences">
        <h3 id="sentences" className="kern-heading-small">
          {words.sentences}
        </h3>
        <p className="kern-body">{words.sentencesOff(count(report.now.not_understood))}</p>
      </section>
    );
  }
  return (
    <Figure
      id="sentences"
      title={words.sentences}
      note={words.sentencesNote}
      csv={csv("sentences")}
      head={[words.sentence, words.language, words.day]}
      rows={report.sentences.map((row) => [row.text, row.language, moment(row.day)])}
    />
  );
}
