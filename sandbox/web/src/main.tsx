import { createRoot } from "react-dom/client";
import "@fontsource/lato/400.css";
import "@fontsource/lato/400-italic.css";
import "@fontsource/lato/700.css";
import "@fontsource/lato/900.css";
import "slack-blocks-to-jsx/dist/style.css";
import "./styles/tokens.css";
import "./styles/layout.css";
import "./styles/messages.css";
import "./styles/controls.css";
import "./styles/modal.css";
import "./styles/beside.css";
import "./styles/gitlab.css";
import { App } from "./components/App";

const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
