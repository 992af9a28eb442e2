/** Colours of the categories, on light and on dark. */
const CATEGORIES = {
  light: ['#0a62a6', '#c4532f', '#15735f', '#a07400', '#7a3fa3', '#a8326f', '#3a8aa5', '#5d6873'],
  dark: ['#7fc1f5', '#f0997f', '#6fd0b8', '#e2bd5f', '#c79be8', '#ee93bf', '#8fd0e8', '#aab4bf'],
}

/** The page's colours and type as a configuration of Vega. `host` is an element in which they hold. */
export function chartTheme(host: HTMLElement, isDark: boolean): Readonly<Record<string, unknown>> {
  const read = (name: string): string => {
    // The value of a custom property is its text; what an element's colour comes to is a colour.
    host.style.color = `var(${name})`
    const { color } = getComputedStyle(host)
    host.style.color = ''
    return color
  }
  const [ink, soft, line, strong, paper] = [
    '--ink',
    '--soft',
    '--line',
    '--line-strong',
    '--paper',
  ].map(read)
  const category = CATEGORIES[isDark ? 'dark' : 'light']
  const [first] = category
  const marks = { color: first }
  const font = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif'
  const words = {
    labelColor: soft,
    titleColor: soft,
    labelFont: font,
    titleFont: font,
    labelFontSize: 11.5,
    titleFontSize: 12,
    titleFontWeight: 500,
  }
  return {
    background: paper,
    font,
    axis: {
      ...words,
      gridColor: line,
      domainColor: strong,
      tickColor: strong,
      tickSize: 4,
      labelPadding: 5,
      titlePadding: 10,
      labelLimit: 160,
      labelSeparation: 10,
    },
    // A label near an end of the axis stands inside of it: over the end it would be cut.
    axisXTemporal: { labelFlush: 30 },
    axisXQuantitative: { labelFlush: 30 },
    legend: { ...words, symbolSize: 70, labelLimit: 180 },
    header: words,
    title: {
      color: ink,
      subtitleColor: soft,
      font,
      subtitleFont: font,
      fontSize: 14,
      fontWeight: 600,
      anchor: 'start',
      offset: 12,
    },
    view: { stroke: null, continuousHeight: 280 },
    style: { 'guide-label': { fill: soft, font }, 'guide-title': { fill: soft, font } },
    mark: marks,
    arc: { stroke: paper },
    bar: { cornerRadiusEnd: 2 },
    line: { strokeWidth: 2 },
    area: { fillOpacity: 0.75, line: true },
    text: { color: ink, fill: ink, font },
    rule: { color: strong },
    range: { category },
    symbol: { fill: first },
    rect: { fill: first },
  }
}
