import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
/* oxlint-disable import/no-unassigned-import -- style sheets, in this order */
import './styles/page.css'
import './styles/shell.css'
import './styles/cells.css'
import './styles/editing.css'
import './styles/outputs.css'
import './styles/popover.css'
import './styles/conversions.css'
import './styles/grid.css'
import './styles/charts.css'
import './styles/notebook-tools.css'
import './styles/prose.css'
import './styles/result-name.css'
import './styles/variables.css'
import './styles/contrast.css'
import './styles/print.css'

const root = document.querySelector('#root')
if (root === null) throw new Error('The page has no root')
createRoot(root).render(<App />)
