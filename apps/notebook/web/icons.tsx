import type { ReactElement } from 'react'

const PATHS = {
  play: 'M5 3.5v9l7-4.5z',
  stop: 'M4.5 4.5h7v7h-7z',
  restart: 'M12.5 8a4.5 4.5 0 1 1-1.4-3.2M12.5 2.5v2.8H9.7',
  'run-all': 'M2.5 3.5v9L8 8zM8.5 3.5v9L14 8z',
  plus: 'M8 3.5v9M3.5 8h9',
  up: 'M8 12.5v-9M4.5 7L8 3.5 11.5 7',
  down: 'M8 3.5v9M4.5 9L8 12.5 11.5 9',
  trash: 'M3 4.5h10M6.5 4V2.8h3V4M4.5 4.5l.6 8.5h5.8l.6-8.5M7 7v3.5M9 7v3.5',
  clear: 'M3 5h10M3 8h6M3 11h3M11 9.5l3 3M14 9.5l-3 3',
  folder: 'M2 4.5v8h12v-7H7.5L6 3.5H2z',
  notebook: 'M4 2.5h8.5v11H4zM4 5H2.5M4 8H2.5M4 11H2.5M6.5 5.5h3.5M6.5 8h3.5',
  file: 'M4 2.5h5l3 3v8H4zM9 2.5v3h3',
  upload: 'M8 10.5v-7M5 6l3-3 3 3M3 10.5v2.5h10v-2.5',
  download: 'M8 3v7M5 7.5l3 3 3-3M3 10.5v2.5h10v-2.5',
  rename: 'M3 13l.6-2.8 7-7 2.2 2.2-7 7L3 13zM9.4 4.4l2.2 2.2',
  close: 'M4 4l8 8M12 4l-8 8',
  help: 'M5.8 6a2.2 2.2 0 1 1 3.3 1.9c-.8.4-1.1.8-1.1 1.6M8 12v.2',
  terminal: 'M2.5 3.5h11v9h-11zM5 6.5L7 8.2 5 10M8.5 10h2.5',
  sidebar: 'M2.5 3.5h11v9h-11zM6.5 3.5v9',
  variables:
    'M5.5 3C4 3 4.5 5 4.5 6.3S3.5 8 3 8c.5 0 1.5.4 1.5 1.7S4 13 5.5 13M10.5 3c1.5 0 1 2 1 3.3S12.5 8 13 8c-.5 0-1.5.4-1.5 1.7s.5 3.3-1 3.3',
  back: 'M13 8H3.5M7 4.5L3.5 8 7 11.5',
  save: 'M3 3h8l2 2v8H3zM5.5 3v3.5h4.5V3M5.5 13V9.5h5V13',
  copy: 'M6 5.5h7v8H6zM3 10.5v-8h7',
  filter: 'M2.5 4h11M5 8h6M7 12h2',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6',
  chart: 'M2.5 2.5v11h11M5.5 11V8M8.5 11V5M11.5 11V7',
  more: 'M3 8h.5M7.8 8h.5M12.6 8h.5',
  grip: 'M6 4h.4M6 8h.4M6 12h.4M10 4h.4M10 8h.4M10 12h.4',
  search: 'M7 2.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4zM10.2 10.2L13.5 13.5',
  outline: 'M2.5 4h11M5 8h8.5M5 12h8.5M2.5 8h.1M2.5 12h.1',
  palette: 'M3 4.5l3.5 3.5L3 11.5M8 12h5',
  'fold-open': 'M4 6l4 4 4-4',
  'fold-closed': 'M6 4l4 4-4 4',
  refresh: 'M13 8a5 5 0 1 1-1.5-3.5M13 2.5v2.7h-2.7',
} as const

export type IconName = keyof typeof PATHS

const FILLED = new Set<IconName>(['play', 'stop', 'run-all'])

/** A small drawing that says nothing by itself: the button around it has the label. */
export function Icon(props: { readonly name: IconName; readonly size?: number }): ReactElement {
  const isFilled = FILLED.has(props.name)
  return (
    <svg
      className="icon"
      width={props.size ?? 16}
      height={props.size ?? 16}
      viewBox="0 0 16 16"
      aria-hidden="true"
      fill={isFilled ? 'currentColor' : 'none'}
      stroke={isFilled ? 'none' : 'currentColor'}
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[props.name]} />
    </svg>
  )
}

export function IconButton(props: {
  readonly icon: IconName
  readonly label: string
  readonly onClick: () => void
  readonly disabled?: boolean
  readonly pressed?: boolean
  readonly className?: string
  readonly keys?: string
}): ReactElement {
  const { label, keys } = props
  return (
    <button
      type="button"
      className={`icon-button ${props.className ?? ''}`}
      aria-label={label}
      aria-pressed={props.pressed}
      title={keys === undefined ? label : `${label} (${keys})`}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
    </button>
  )
}
