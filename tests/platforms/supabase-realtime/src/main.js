import { createClient } from "@supabase/supabase-js";

const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_KEY);

supabase
  .channel("news")
  .on("broadcast", { event: "published" }, (message) => console.log(message))
  .subscribe();
